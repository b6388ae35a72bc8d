#pragma once

#include "ui/admin/setup_page.h"

class QLineEdit;
class QSpinBox;

namespace tributary::ui {

/// What counts for each channel account: whose its new conversations are, for how long a resolved one opens again when its
/// customer writes (UX 3, 6.13 "goes to"), in which country a number without a country code is one, and whose findings about
/// senders a mailbox believes.
class ReopeningPage : public SetupPage {
    Q_OBJECT
public:
    explicit ReopeningPage(const AdminTools &tools, QWidget *parent = nullptr);

    RecordTable &table() { return *m_table; }
    void open(model::ChannelAccountId account);

protected:
    void showAll() override;
    bool saveForm() override;
    void reloadForm() override;
    void formClosed() override;
    void mainClicked() override {} ///< Accounts are connected elsewhere: there is no such button.
    bool refused(const model::CommandBody &body) override;
    std::optional<RawId> openedId() const override;

private:
    const model::ChannelAccount *opened() const;
    void showForm();
    QString routingHelp() const;
    void showRegion();
    void regionEdited(const QString &typed);
    void formChanged();
    bool isChangedBesideDays(const model::ChannelAccount &account) const;
    void adoptUntouched();
    void useForAll();
    /// Whose findings count is a setting of the hub's, which no desktop keeps: it is asked when an account is opened.
    void leaveForm();
    void askServers();
    void showServers();
    void saveServers(model::ChannelAccountId account, const std::string &names);
    void pickTeam();
    using Accounts = std::vector<model::ChannelAccount>;
    void showMenu(const QList<RawId> &ids, const QRect &place);
    void pickTeamFor(const Accounts &accounts, const QRect &place);
    void pickDaysFor(const Accounts &accounts, const QRect &place);
    /// Why who looks cannot say whose the new conversations of these are; empty: they can.
    QString whyNotTeam(const Accounts &accounts) const;
    QList<Choice> teamChoices(const std::optional<model::TeamId> &now) const;

    RecordTable *m_table;
    ChoiceButton *m_team;
    QSpinBox *m_days;
    QLineEdit *m_region, *m_servers;
    FormField *m_teamField, *m_daysField, *m_regionField, *m_serversField;
    Button *m_all;
    std::optional<model::ChannelAccountId> m_opened;
    std::optional<model::TeamId> m_teamWanted;
    std::optional<model::TeamId> m_teamRead; ///< As the form was filled, to see what has been touched.
    int m_daysRead = 0;
    QString m_regionRead;
    std::optional<QString> m_serversRead; ///< As the hub has them; absent: it has not said.
    QString m_whyNoServers;               ///< Why it has not.
    std::uint64_t m_question = 0;
    bool m_filling = false;
};

} // namespace tributary::ui
