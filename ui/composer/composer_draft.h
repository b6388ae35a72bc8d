#pragma once

#include "core/store/journal.h"
#include "ui/composer/mentions.h"

#include <QString>
#include <QStringList>

namespace tributary::ui {

/// What is being written, and how it is kept. Reply and note of one conversation are two of these.
struct ComposerDraft {
    QString body;
    QString subject;            ///< Email only; empty: as the conversation's.
    QString cc;                 ///< As it was typed, perhaps not to its end: addressesFrom() when it is sent.
    model::IdentityId identity; ///< Chosen target; null: the default one.
    model::ChannelAccountId account;
    std::vector<model::Attachment> attachments; ///< They are here, if not at the hub.
    std::vector<Mention> mentions;              ///< Who was chosen in a note.
    std::int64_t seen =
        0; ///< The newest change of the conversation that its author had seen: for the send guard. 0: unknown.

    bool isEmpty() const { return body.trimmed().isEmpty() && attachments.empty() && cc.isEmpty() && subject.isEmpty(); }
    friend bool operator==(const ComposerDraft &, const ComposerDraft &) = default;
};

/// Both of them, one text below the other; where they differ in the rest, @p above says it.
ComposerDraft joined(ComposerDraft above, const ComposerDraft &below);

store::Draft toStored(const ComposerDraft &draft, model::ConversationId conversation, store::Draft::Kind kind, TimePoint at);
ComposerDraft fromStored(const store::Draft &draft);

/// Addresses out of "a@b.example, C <c@d.example>; …"; those that are no addresses go to @p wrong.
QStringList addressesFrom(const QString &typed, QStringList *wrong = nullptr);

/// Whether @p body speaks of something attached, in the languages a shop writes most. Quoted lines (">") do not count.
bool speaksOfAttachment(const QString &body);

/// Why that cannot go as one message, as a sentence; empty: it can.
QString tooMuchFor(const QString &body, const std::vector<model::Attachment> &files);

/// "Re: …" unless it begins so already, in any of the usual spellings (Re, AW, RE, SV, RIF, 回复).
QString replySubject(const QString &subject);

} // namespace tributary::ui
