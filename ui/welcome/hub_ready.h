#pragma once

#include "ui/welcome/card_page.h"

#include <QUrl>

namespace tributary::ui {

class FingerprintView;

/// After a hub was started for the local network (UX 6.1): under which address others reach it, and the fingerprint that
/// they may compare.
class HubReady : public CardPage {
    Q_OBJECT
public:
    HubReady(const Theme &theme, QWidget *parent = nullptr);
    /// @p forOthers: empty where this computer is on no network just now.
    void setHub(const QString &name, const QUrl &forOthers, const QString &fingerprint);

signals:
    void goOnWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    TextLabel *m_title, *m_words, *m_addressTitle, *m_address;
    FingerprintView *m_print;
    Button *m_goOn;
};

} // namespace tributary::ui
