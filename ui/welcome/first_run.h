#pragma once

#include "core/client/join_link.h"
#include "core/client/own_hub.h"
#include "ui/shell/controls.h"

#include <QPointer>
#include <QUrl>

class QBoxLayout;
class QLineEdit;

namespace tributary::ui {

class FingerprintView;

/// What it takes to begin with a hub of one's own.
struct HubSetup {
    QString hubName, ownerName, email, password;
    client::HubReach reach = client::HubReach::ThisComputer;
};

/// The first screen of all (UX 6.1): a hub here, a hub elsewhere, or the demo shop. 1, 2 and 3 choose, Enter goes on.
class FirstRun : public QWidget {
    Q_OBJECT
public:
    enum class Way { Start, Connect, Demo };

    FirstRun(Theme &theme, QWidget *parent = nullptr);
    void choose(Way way);
    Way way() const { return m_way; }
    /// Words while something is under way; empty: none.
    void setBusy(const QString &words);
    /// What went wrong, in words.
    void setProblem(const QString &words);
    /// The verdict on the address as typed: "Reachable", or which part of it failed.
    void setAddressVerdict(const QString &words, bool good);
    /// Asks for @p fingerprint to be compared with what the hub shows, before going on; empty: there is nothing to compare.
    /// @p known: the one that was known until now, if any.
    void setCertificate(const QString &fingerprint, const QString &known = {});
    /// Fills the address in, as if it had been typed.
    void setAddress(const QString &address);

signals:
    void startWanted(const tributary::ui::HubSetup &setup);
    /// @p compared: whoever sits here has compared the certificate that was shown, and it is the hub's.
    void connectWanted(const QUrl &hub, bool compared);
    /// An invitation, or a link for a new password, was pasted in the place of an address.
    void linkGiven(const tributary::client::JoinLink &link);
    void demoWanted();
    /// 300 ms after the last key in the address; empty with each key: what was typed before is not asked for any more.
    void addressTyped(const QUrl &hub);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;
    /// Forgets the password: whoever comes back to the page may be somebody else.
    void hideEvent(QHideEvent *event) override;

private:
    class Card;
    /// @p byKey: Enter in a field, which is no answer to whether two fingerprints are the same.
    void go(bool byKey = false);
    void addReach();
    /// What the choice of who can join comes to.
    void showReach();
    /// What belongs to the way that is chosen, and to what is known of it.
    void showWay();
    QString goText() const;
    struct Places {
        int column, x, top, cards; ///< Width and left of the column; where drawing and cards begin.
        int cardWidth, cardHeight, gap;
        bool drawing, stacked; ///< The cards one below the other.
    };
    Places places() const;
    void place();
    QLineEdit *field(QWidget *parent, const QString &label, const char *name, int width);

    Theme &m_theme;
    Way m_way = Way::Start;
    QList<Card *> m_cards;
    QWidget *m_details, *m_startBox, *m_connectBox, *m_demoBox;
    QLineEdit *m_hubName, *m_ownerName, *m_email, *m_password, *m_address;
    QBoxLayout *m_line;
    QWidget *m_reachBox;
    QBoxLayout *m_reachLine;
    Segment *m_reach;
    TextLabel *m_reachWords;
    QWidget *m_compareBox;
    TextLabel *m_compareWords;
    FingerprintView *m_fingerprint;
    TextLabel *m_problem, *m_verdict, *m_headline, *m_lead;
    Button *m_continue, *m_appearance;
    QPointer<QWidget> m_focusBefore;
    bool m_busy = false, m_verdictGood = false;
};

/// `hub.example.com`, `https://hub.example.com:7600`, `127.0.0.1:7600`: an address as typed or pasted; plain http on this
/// computer, https elsewhere. Empty if it is none.
QUrl hubAddressFrom(const QString &typed);

} // namespace tributary::ui
