#pragma once

#include "core/base/result.h"
#include "core/client/status.h"
#include "ui/welcome/card_page.h"

namespace tributary::ui {

/// The profile could not be opened (UX 6.16): what happened, what is safe, and what can be done. Nothing else is shown.
class CannotStart : public CardPage {
    Q_OBJECT
public:
    CannotStart(const Theme &theme, QWidget *parent = nullptr);
    /// @p folder is the profile's. Conflict: it is open in another window. Full: no room. Corrupt: the journal is damaged.
    /// Anything else: the folder cannot be used.
    void setProblem(const Error &error, const QString &folder);
    /// What was saved of a damaged journal; from here it goes on.
    void setRescued(const client::JournalRescue &rescue);
    /// Something was chosen and takes its time, and @p words say what is done; it cannot be chosen again meanwhile. Empty:
    /// done.
    void setBusy(const QString &words);
    /// What "Copy details" copies.
    QString details() const { return m_details; }

signals:
    void tryAgainWanted();
    /// Save what can be read of a damaged journal.
    void rescueWanted();
    /// What was saved has been read.
    void goOnWanted();
    void quitWanted();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void say(const QString &title, const QString &words, Button *first);

    TextLabel *m_title, *m_words, *m_folderTitle, *m_folder, *m_busy;
    Button *m_again, *m_rescue, *m_goOn, *m_showFolder, *m_copy, *m_quit;
    Button *m_first = nullptr; ///< The one that goes on.
    QString m_path;            ///< The folder to show.
    QString m_details;
};

} // namespace tributary::ui
