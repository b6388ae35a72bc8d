#pragma once

#include "core/store/database.h"
#include "tests/ui/inbox/open_inbox.h"

#include <QTest>

namespace tributary::testing {

/// The open inbox for tests of what is written in it: what is kept of that as drafts, and how fast.
class WritingInbox : public OpenInbox {
protected:
    ui::ComposerDraft draft(int index, store::Draft::Kind kind)
    {
        auto asked = m_workspace->draft(id(index), kind);
        if (!QTest::qWaitFor([&] { return asked.isFinished(); }) || !asked.result())
            qFatal("no answer");
        return *asked.result() ? ui::fromStored(**asked.result()) : ui::ComposerDraft();
    }
    void keep(int index, store::Draft::Kind kind, const char *body)
    {
        const auto kept = m_workspace->saveDraft({.conversation = id(index), .kind = kind, .body = body});
        QTRY_VERIFY(kept.isFinished());
        QVERIFY(kept.result().has_value());
    }
    /// Keeps the journal's thread waiting from now on, until what is returned goes.
    std::unique_ptr<store::Database> busyStore()
    {
        auto database = store::Database::open(m_folder->filePath("profile/journal.db").toStdString(), {});
        if (!database || !(*database)->begin())
            qFatal("the journal cannot be held");
        m_workspace->saveDraft({.conversation = id(9), .body = "Keeps it waiting"});
        return std::move(*database);
    }
};

} // namespace tributary::testing
