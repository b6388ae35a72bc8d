#pragma once

#include "ui/theme/theme.h"

#include <QLabel>

namespace tributary::ui {

/// A certificate's fingerprint to compare with another one: pairs in columns, in lines of equal length. It can be selected
/// and copied.
class FingerprintView : public QLabel {
    Q_OBJECT
public:
    /// @p pairs in a line.
    FingerprintView(const Theme &theme, int pairs, QWidget *parent = nullptr);
    /// `AB:CD:…`; empty: nothing is shown.
    void setFingerprint(const QString &fingerprint);
    const QString &fingerprint() const { return m_fingerprint; }

private:
    QString m_fingerprint;
    const int m_pairs;
};

} // namespace tributary::ui
