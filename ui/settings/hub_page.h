#pragma once

#include "core/client/own_hub.h"
#include "ui/settings/settings_page.h"

#include <QUrl>

namespace tributary::ui {

class FingerprintView;

/// The hub that this program runs: who can join it, under which address others reach it, and by what they know it.
class HubPage : public SettingsPage {
    Q_OBJECT
public:
    struct Hub {
        client::HubReach reach = client::HubReach::ThisComputer;
        QUrl forOthers;      ///< Empty: nobody else reaches it, or this computer is on no network now.
        QString fingerprint; ///< Of its certificate; empty: it has none.
        QString whyFixed;    ///< Why nothing can be changed; empty: it can.
    };
    /// @p ask says how it is whenever the page is opened.
    HubPage(const Theme &theme, std::function<Hub()> ask, QWidget *parent = nullptr);

    void read() override;
    /// What came of reachWanted(): how it is now; @p problem, if it is not as wanted.
    void showDone(const QString &problem);

signals:
    /// The hub is to be restarted for these. showDone() follows.
    void reachWanted(tributary::client::HubReach reach);

private:
    client::HubReach chosen() const;
    void showWords();

    const std::function<Hub()> m_ask;
    Hub m_hub;
    bool m_busy = false;
    Segment *m_reach;
    Button *m_restart;
    TextLabel *m_words, *m_problem, *m_addressTitle, *m_address, *m_printTitle;
    FingerprintView *m_print;
};

} // namespace tributary::ui
