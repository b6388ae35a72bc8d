// What was begun and not sent, also where its conversation cannot be seen any more.
#include "ui/inbox/inbox_page.h"

#include "ui/inbox/conversation_list.h"
#include "ui/shell/picker.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QApplication>
#include <QClipboard>
#include <algorithm>

namespace tributary::ui {
namespace {

constexpr std::size_t kMostLookedFor = 200; ///< Drafts of which it is asked whether their conversation is there.

} // namespace

/// Asked for at each pause of the keys, from several sides: what comes while it is being read is read together.
void InboxPage::reloadDrafts()
{
    m_draftsStale = true;
    if (std::exchange(m_readingDrafts, true))
        return;
    m_draftsStale = false;
    whenDone(m_workspace.drafts(), this, [this](const Result<std::vector<store::Draft>> &drafts) {
        m_readingDrafts = false;
        if (drafts)
            showDrafts(*drafts);
        if (m_draftsStale)
            reloadDrafts();
    });
}

void InboxPage::showDrafts(const std::vector<store::Draft> &drafts)
{
    m_draftsRead = drafts;
    std::map<model::ConversationId, QString> with; // a reply and a note may be there: the first that says something
    for (const store::Draft &draft : drafts) {
        QString &words = with[draft.conversation];
        if (words.isEmpty())
            words = QString::fromStdString(model::previewOf(draft.body));
    }
    std::vector<model::ConversationId> ids;
    for (const auto &[conversation, words] : with)
        ids.push_back(conversation);
    m_rows->setDrafts(std::move(with));
    if (ids == m_drafts)
        return; // another text, and nothing else
    if (queue() == store::Queue::Drafts)
        m_rows->letGo({m_drafts.begin(), m_drafts.end()},
                      m_listQuestion); // their author has finished or thrown away what is no more
    m_drafts = ids;
    findLostDrafts();
    reloadCounts();
    if (queue() == store::Queue::Drafts)
        reloadList(Reload::Changed);
}

/// Those whose conversation is not in the copy: it was somebody's decision, and what was written is still its author's.
/// Only another conversation with a draft, or a change of one that has, makes others of them.
void InboxPage::findLostDrafts()
{
    struct Asked {
        std::size_t left = 0;
        std::set<model::ConversationId> lost;
    };
    const int round = ++m_lostRounds; // of several the last one counts
    const std::size_t count = std::min(m_drafts.size(), kMostLookedFor);
    const auto asked = std::make_shared<Asked>(Asked{.left = count, .lost = {}});
    if (count == 0)
        showLost({});
    for (std::size_t i = 0; i < count; ++i) {
        const model::ConversationId id = m_drafts[m_drafts.size() - 1 - i]; // the newest, where they are many
        whenDone(m_workspace.conversationRow(id), this,
                 [this, asked, round, id](const Result<std::optional<store::ConversationRow>> &row) {
                     if (row && !*row)
                         asked->lost.insert(id);
                     if (--asked->left == 0 && round == m_lostRounds)
                         showLost(asked->lost);
                 });
    }
}

void InboxPage::showLost(const std::set<model::ConversationId> &lost)
{
    const bool isNew = lost.size() > m_lost.size();
    m_lost = lost;
    if (queue() != store::Queue::Drafts)
        return;
    showEmptyText();
    if (isNew && m_rows->rowCount() > 0)
        m_shell.toasts().add(
            tr("%n draft(s) belong to conversations that you can no longer see.", nullptr, int(lostDrafts().size())),
            tr("Look"), {}, [this] { showLostDrafts(); });
}

std::vector<store::Draft> InboxPage::lostDrafts() const
{
    std::vector<store::Draft> lost;
    std::ranges::copy_if(m_draftsRead, std::back_inserter(lost),
                         [this](const store::Draft &draft) { return m_lost.contains(draft.conversation); });
    return lost;
}

/// The text of one goes to the clipboard; it is removed only when that is asked for.
void InboxPage::showLostDrafts()
{
    Picker::Question question{.objectName = "lostDrafts", .placeholder = tr("Copy the text of a draft"), .width = 420};
    const std::vector<store::Draft> drafts = lostDrafts();
    for (std::size_t i = 0; i < drafts.size(); ++i) {
        const store::Draft &draft = drafts[i];
        question.choices.append(Choice{.id = QString::number(i),
                                       .text = QString::fromStdString(model::previewOf(draft.body)),
                                       .detail = draft.kind == store::Draft::Kind::Note ? tr("Note") : tr("Reply"),
                                       .icon = "pencil"});
    }
    question.apply = [this, drafts](const Choice &choice) {
        const std::size_t at = choice.id.toULong();
        if (choice.id.isEmpty() || at >= drafts.size())
            return;
        copyDraft(drafts[at].conversation, drafts[at].kind);
    };
    m_shell.picker().ask(QRect(m_list->mapToGlobal(QPoint()), QSize(m_list->width(), m_theme.px(8))), std::move(question));
}

/// As it is by now: the list may be of before the last keys.
void InboxPage::copyDraft(model::ConversationId conversation, store::Draft::Kind kind)
{
    whenDone(m_workspace.draft(conversation, kind), this,
             [this, conversation, kind](const Result<std::optional<store::Draft>> &draft) {
                 if (!draft || !*draft)
                     return;
                 QApplication::clipboard()->setText(QString::fromStdString((*draft)->body));
                 m_shell.toasts().add(tr("The text of the draft is copied."), tr("Remove the draft"), {},
                                      [this, conversation, kind] {
                                          whenDone(m_workspace.saveDraft({.conversation = conversation, .kind = kind}), this,
                                                   [this](const Result<void> &) { reloadDrafts(); });
                                      });
             });
}

} // namespace tributary::ui
