#pragma once

#include "core/client/certificate_problem.h"
#include "ui/welcome/card_page.h"

namespace tributary::ui {

class FingerprintView;

/// The hub showed a certificate that is not believed (UX 6.2): what that means, both fingerprints, and no way to go on
/// regardless. Nothing has been sent to it.
class CertificatePage : public CardPage {
    Q_OBJECT
public:
    CertificatePage(const Theme &theme, QWidget *parent = nullptr);
    /// @p hasCopy: something of this workspace is on this computer and can be worked with.
    void setProblem(const client::CertificateProblem &problem, const QString &address, bool hasCopy);

signals:
    void tryAgainWanted();
    /// To the page where a hub is connected to, and its fingerprint compared.
    void connectAnewWanted();
    void workOfflineWanted();

private:
    TextLabel *m_title, *m_words, *m_knownTitle, *m_shownTitle;
    FingerprintView *m_known, *m_shown;
    Button *m_again, *m_anew, *m_offline;
};

} // namespace tributary::ui
