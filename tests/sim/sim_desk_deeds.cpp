#include "core/model/masks.h"
#include "core/model/permissions.h"
#include "core/store/entities.h"
#include "core/wire/codec.h"
#include "tests/sim/sim_desk.h"
#include "tests/sim/sim_hub.h"

/// The commands that a person gives, drawn from what the copy shows.
namespace tributary::sim {

using namespace tributary::model;

namespace {

/// A row of @p from, which may be a table with a condition.
template<class IdType>
Result<std::optional<IdType>> anyId(store::Database &cache, World &world, const std::string &from)
{
    std::int64_t count = 0;
    {
        const std::string text = "SELECT count(*) FROM " + from;
        auto query = cache.queryOnce(text);
        TRIBUTARY_TRY(query.step());
        count = query.integer(0);
    }
    if (count == 0)
        return std::optional<IdType>();
    const std::string text =
        "SELECT id FROM " + from + " ORDER BY id LIMIT 1 OFFSET " + std::to_string(world.rng.below(std::uint64_t(count)));
    auto query = cache.queryOnce(text);
    TRIBUTARY_TRY(query.step());
    return std::optional<IdType>(query.id<IdType>(0));
}

std::string aFieldKey(World &world)
{
    return std::string(world.rng.below(3) == 0 ? kConfidential : std::string_view()) + "size";
}

template<class Id>
std::string hex(const Id &id)
{
    return "x'" + toHex(id.view()) + "'";
}

} // namespace

Result<std::optional<Conversation>> SimDesk::anyConversation(store::Database &cache)
{
    TRIBUTARY_TRY_ASSIGN(const auto id, anyId<ConversationId>(cache, m_world, "conversation"));
    return id ? store::conversation(cache, *id) : Result<std::optional<Conversation>>(std::nullopt);
}

Result<std::optional<CustomerId>> SimDesk::anyCustomer(store::Database &cache)
{
    return anyId<CustomerId>(cache, m_world, "customer");
}

CommandBody SimDesk::onConversation(const Conversation &conversation)
{
    const std::optional<TeamId> team =
        m_world.rng.below(3) == 0 ? std::nullopt : m_world.must(anyId<TeamId>(reader(), m_world, "team"), "the copy");
    using Status = Conversation::Status;
    const auto tag = [this] { return "tag" + std::to_string(m_world.rng.below(4)); };
    const std::string text = m_name + " says " + std::to_string(++m_said);
    switch (m_world.rng.below(17)) {
    case 0:
    case 1:
    case 2:
    case 3:
        return SendMessage{.item = TimelineItemId(m_store->makeId()),
                           .conversation = conversation.id,
                           .to = conversation.identity,
                           .from = conversation.account,
                           .body = text,
                           .attachments = takeFiles(),
                           .resolveAfter = m_world.rng.below(4) == 0,
                           .leaveFree = m_world.rng.below(4) == 0};
    case 4:
    case 5: return AddNote{TimelineItemId(m_store->makeId()), conversation.id, text, takeFiles()};
    case 6:
        return SetStatus{conversation.id, std::array{Status::Open, Status::Waiting, Status::Resolved}[m_world.rng.below(3)]};
    case 7:
        return Snooze{conversation.id, m_world.rng.below(3) == 0
                                           ? std::nullopt
                                           : std::optional(m_world.clock.now() + m_world.some(Milliseconds(60'000)))};
    case 8:
        return Assign{conversation.id, m_world.rng.below(3) == 0 ? std::nullopt : std::optional(m_agent.id),
                      m_world.rng.below(2) == 0};
    case 9: return SetTags{conversation.id, {tag()}, {tag()}};
    case 10: return SetPriority{conversation.id, Conversation::Priority(m_world.rng.below(4))};
    case 11: return SetSubject{conversation.id, text};
    case 12:
    case 13:
    case 14: return SetTeam{conversation.id, team};
    default:
        return MarkRead{conversation.id, std::int64_t(m_world.rng.below(std::uint64_t(conversation.inboundCount) + 2)),
                        m_world.rng.below(4) == 0};
    }
}

/// What is less common than to answer, and takes more than one row.
Result<std::optional<CommandBody>> SimDesk::onTickets(store::Database &cache, const Conversation &conversation)
{
    using Some = std::optional<CommandBody>;
    const std::string text = m_name + " means " + std::to_string(++m_said);
    const std::string ofSamePerson =
        "conversation WHERE customer_id = " + hex(conversation.customer) + " AND id <> " + hex(conversation.id);
    switch (m_world.rng.below(11)) {
    case 0: {
        TRIBUTARY_TRY_ASSIGN(const auto into, anyId<ConversationId>(cache, m_world, ofSamePerson));
        return into ? Some(JoinConversation{conversation.id, *into}) : Some();
    }
    case 1: return Some(SeparateConversation{conversation.id});
    case 2: {
        TRIBUTARY_TRY_ASSIGN(const auto other, anyId<ConversationId>(cache, m_world, "conversation"));
        return Some(RelateConversations{conversation.id, *other, m_world.rng.below(3) > 0});
    }
    case 3: {
        TRIBUTARY_TRY_ASSIGN(const auto item, anyId<TimelineItemId>(cache, m_world,
                                                                    "timeline_item WHERE conversation_id = "
                                                                        + hex(conversation.id) + " AND kind <> 'event'"));
        TRIBUTARY_TRY_ASSIGN(const auto other, anyId<ConversationId>(cache, m_world, ofSamePerson));
        if (!item)
            return Some();
        const bool isSplit = !other || m_world.rng.below(2) == 0;
        return Some(MoveItems{conversation.id, isSplit ? ConversationId(m_store->makeId()) : *other, {*item}, text});
    }
    case 4:
        return Some(StartConversation{.conversation = ConversationId(m_store->makeId()),
                                      .account = conversation.account,
                                      .identity = conversation.identity,
                                      .customer = conversation.customer,
                                      .subject = text,
                                      .parent = m_world.rng.below(3) == 0 ? std::optional(conversation.id) : std::nullopt});
    case 5: return Some(Follow{conversation.id, m_world.rng.below(3) > 0});
    case 6: return Some(SeeMentions{conversation.id});
    case 7: return Some(AddNote{TimelineItemId(m_store->makeId()), conversation.id, "@ " + text, {}, {m_agent.id}});
    case 8:
        return Some(EditChecklist{conversation.id, ChecklistEntryId(m_store->makeId()), text, m_world.rng.below(2) == 0});
    case 9:
        if (conversation.checklist.empty())
            return Some();
        return Some(EditChecklist{conversation.id, conversation.checklist.front().id, text, m_world.rng.below(2) == 0,
                                  m_world.rng.below(3) == 0});
    default: return Some(SetField{conversation.id, aFieldKey(m_world), m_world.rng.below(3) == 0 ? "" : text});
    }
}

Result<std::optional<CommandBody>> SimDesk::onPeople(store::Database &cache)
{
    using Some = std::optional<CommandBody>;
    TRIBUTARY_TRY_ASSIGN(const auto one, anyId<CustomerId>(cache, m_world, "customer"));
    TRIBUTARY_TRY_ASSIGN(const auto other, anyId<CustomerId>(cache, m_world, "customer"));
    TRIBUTARY_TRY_ASSIGN(const auto link, anyId<CustomerLinkId>(cache, m_world, "customer_link"));
    TRIBUTARY_TRY_ASSIGN(const auto suggestion, anyId<SuggestionId>(cache, m_world, "suggestion"));
    TRIBUTARY_TRY_ASSIGN(const auto identity, anyId<IdentityId>(cache, m_world, "identity"));
    TRIBUTARY_TRY_ASSIGN(const auto company, anyId<CompanyId>(cache, m_world, "company"));
    TRIBUTARY_TRY_ASSIGN(const auto view, anyId<SavedViewId>(cache, m_world, "saved_view"));
    if (!one || !other || !identity)
        return Some();
    const std::string said = std::to_string(++m_said);
    switch (m_world.rng.below(16)) {
    case 0:
    case 1: return Some(EditCustomer{*one, "Name " + said, "note of " + m_name + " " + said});
    case 2:
    case 3: return Some(LinkCustomers{CustomerLinkId(m_store->makeId()), *one, *other, "the same voice"});
    case 4:
    case 5: return link ? Some(UnlinkCustomers{*link}) : Some();
    case 6: return suggestion ? Some(DismissSuggestion{*suggestion, m_world.rng.below(3) > 0}) : Some();
    case 7: {
        TRIBUTARY_TRY_ASSIGN(const auto from, store::customer(cache, *one));
        TRIBUTARY_TRY_ASSIGN(const auto into, store::customer(cache, *other));
        return Some(MergeCustomers{.link = CustomerLinkId(m_store->makeId()),
                                   .from = *one,
                                   .into = *other,
                                   .evidence = "the same house",
                                   .taken = {"name"},
                                   .fromVersion = from->version,
                                   .intoVersion = into->version});
    }
    case 8: // not to somebody who may be erased meanwhile: see SimHub::letNobodyComeBack()
        return Some(MoveIdentity{
            *identity, m_world.rng.below(2) == 0 || m_world.faults.erases > 0 ? CustomerId(m_store->makeId()) : *one});
    case 9: return Some(AddCustomer{CustomerId(m_store->makeId()), "New " + said});
    case 10:
        return Some(AddIdentity{IdentityId(m_store->makeId()), *one, Channel::Email,
                                "customer" + std::to_string(m_world.rng.below(9)) + "@mail.test"});
    case 11: return Some(SetCustomerTags{*one, {"tag" + std::to_string(m_world.rng.below(3))}, {"tag0"}});
    case 12: return Some(BlockCustomer{*one, m_world.rng.below(4) == 0, m_world.rng.below(2) == 0});
    case 13:
        return Some(
            SetConsent{*one, Channel::Email, Consent::Purpose(m_world.rng.below(2)), m_world.rng.below(2) == 0, said});
    case 14:
        if (company && m_world.rng.below(2) == 0)
            return Some(SetCompany{*one, m_world.rng.below(3) == 0 ? std::nullopt : company});
        return Some(SaveCompany{Company{.id = CompanyId(m_store->makeId()), .name = "Company " + said}});
    default:
        if (view && m_world.rng.below(2) == 0)
            return Some(RemoveView{*view});
        return Some(SaveView{SavedView{.id = SavedViewId(m_store->makeId()),
                                       .name = "View " + said,
                                       .owner = m_agent.id,
                                       .sharing = SavedView::Sharing(2 * m_world.rng.below(2)),
                                       .conditions = {{"status", "is", "open"}}}});
    }
}

/// What a workspace is set up with, and what is rare with people.
Result<std::optional<CommandBody>> SimDesk::onSetup(store::Database &cache)
{
    using Some = std::optional<CommandBody>;
    TRIBUTARY_TRY_ASSIGN(const auto customer, anyId<CustomerId>(cache, m_world, "customer"));
    TRIBUTARY_TRY_ASSIGN(const auto identity, anyId<IdentityId>(cache, m_world, "identity"));
    TRIBUTARY_TRY_ASSIGN(const auto conversation, anyId<ConversationId>(cache, m_world, "conversation"));
    TRIBUTARY_TRY_ASSIGN(const auto custom, anyId<CustomStatusId>(cache, m_world, "custom_status"));
    TRIBUTARY_TRY_ASSIGN(const auto field, anyId<FieldDefinitionId>(cache, m_world, "field_definition"));
    TRIBUTARY_TRY_ASSIGN(const auto account, anyId<ChannelAccountId>(cache, m_world, "channel_account"));
    TRIBUTARY_TRY_ASSIGN(const auto team, anyId<TeamId>(cache, m_world, "team"));
    if (!customer || !identity || !conversation || !account)
        return Some();
    const std::string said = std::to_string(++m_said);
    const auto status = std::array{Conversation::Status::Open, Conversation::Status::Waiting,
                                   Conversation::Status::Resolved}[m_world.rng.below(3)];
    switch (m_world.rng.below(14)) {
    case 0:
    case 1: return Some(SetCustomStatus{*conversation, custom, status});
    case 2: return Some(SaveCustomStatus{CustomStatus{CustomStatusId(m_store->makeId()), "Status " + said, status}});
    case 3: return custom ? Some(RemoveCustomStatus{*custom}) : Some();
    case 4:
        return Some(SaveFieldDefinition{FieldDefinition{.id = FieldDefinitionId(m_store->makeId()),
                                                        .subject = FieldDefinition::Subject(m_world.rng.below(2)),
                                                        .key = aFieldKey(m_world),
                                                        .name = "Size " + said}});
    case 5: return field ? Some(RemoveFieldDefinition{*field}) : Some();
    case 6:
    case 7:
        if (m_world.rng.below(3) == 0)
            return Some(SetCustomerField{*customer, std::string(kLanguageField), "de"});
        return Some(SetCustomerField{*customer, aFieldKey(m_world), m_name + " knows " + said});
    case 8: return Some(anImport());
    case 9: return Some(RemoveIdentity{*identity});
    case 10: return Some(RemoveCustomer{*customer});
    case 11: return Some(SetReopenDays{*account, std::int64_t(m_world.rng.below(3) * 7)});
    case 12: return Some(SetAccountTeam{*account, m_world.rng.below(3) == 0 ? std::nullopt : team});
    default: return onAgents(cache);
    }
}

Result<std::optional<CommandBody>> SimDesk::onAgents(store::Database &cache)
{
    using Some = std::optional<CommandBody>;
    TRIBUTARY_TRY_ASSIGN(const auto team, anyId<TeamId>(cache, m_world, "team"));
    TRIBUTARY_TRY_ASSIGN(const auto other, anyId<TeamId>(cache, m_world, "team"));
    TRIBUTARY_TRY_ASSIGN(const auto role, anyId<RoleId>(cache, m_world, "role"));
    TRIBUTARY_TRY_ASSIGN(const auto agent, anyId<AgentId>(cache, m_world, "agent"));
    TRIBUTARY_TRY_ASSIGN(const auto onLeave, anyId<AgentId>(cache, m_world, "agent WHERE email = 'leave@shop.test'"));
    const std::string said = std::to_string(++m_said);
    switch (m_world.rng.below(9)) {
    case 0: return Some(SetAway{m_world.rng.below(2) == 0});
    case 1: return Some(SetOwnName{"Agent " + said});
    case 2: return Some(SaveTeam{Team{TeamId(m_store->makeId()), m_name + "'s " + said}});
    case 3:
        return team ? Some(RemoveTeam{*team, m_world.rng.below(2) == 0 && other != team ? other : std::nullopt}) : Some();
    case 4: {
        Role wanted{.id = role ? *role : RoleId(m_store->makeId()), .name = m_name + "'s role " + said};
        wanted.permissions = permissionsOf(Agent::Role(m_world.rng.below(2)));
        wanted.visibility = Visibility(m_world.rng.below(3));
        return Some(SaveRole{std::move(wanted)});
    }
    case 5: return role ? Some(RemoveRole{*role}) : Some();
    case 6:
    case 7: {
        if (!agent)
            return Some();
        SetAgent wanted{.agent = *agent, .role = Agent::Role(m_world.rng.below(3))};
        if (m_world.rng.below(3) == 0)
            wanted.customRole = role;
        if (team && m_world.rng.below(2) == 0)
            wanted.teams = {*team};
        return Some(std::move(wanted));
    }
    default: return onLeave ? Some(SetAgentActive{*onLeave, m_world.rng.below(2) == 0, m_agent.id}) : Some();
    }
}

CommandBody SimDesk::anImport()
{
    ImportCustomers file;
    for (int i = 0; i < 3; ++i) {
        ImportedCustomer row{.customer = CustomerId(m_store->makeId()), .name = "Row " + std::to_string(++m_said)};
        row.addresses = {{IdentityId(m_store->makeId()), Channel::Email,
                          "customer" + std::to_string(m_world.rng.below(12)) + "@mail.test"}};
        row.tags = {"tag" + std::to_string(m_world.rng.below(3))};
        if (m_world.rng.below(2) == 0) {
            row.company = "Company " + std::to_string(m_world.rng.below(3));
            row.companyId = CompanyId(m_store->makeId());
        }
        file.rows.push_back(std::move(row));
    }
    return file;
}

/// With the hub or without: it is here.
void SimDesk::attach()
{
    const Attachment file = m_hub.aFile();
    if (!keep(file))
        return;
    m_files.push_back(file);
    if (m_connected && m_world.rng.below(2) == 0)
        bring(file, false);
}

/// One that is not here any more, as Attachments::uploadKept() does: the hub says to its author that it has none.
void SimDesk::bring(const Attachment &file, bool isWanted)
{
    const auto content = m_blobs->read(file.sha256, std::size_t(file.sizeBytes) + 1);
    if (!content) {
        // A copy of this machine may have said something else under the number of its message, which was taken for done
        // then. And one that was taken back before its file went was done without it: at a sign-out the file goes, and the
        // message is offered again to a hub that was restored.
        m_world.check(m_hub.hasTaken(file.sha256) || m_isCopied || m_hub.restores() > 0,
                      m_name + ": a file that is to be sent is not here any more");
        m_world.note(m_name + ": " + file.name + " is not here any more");
        m_hub.isLost(file.id);
        guarded(Milliseconds(0), [this, id = file.id] { perform(m_client->fileArrived(id, m_world.now())); });
        return;
    }
    m_world.check(*content == m_hub.contentOf(file.sha256), m_name + ": a file is another one");
    m_hub.upload(m_agent, file,
                 [this, id = file.id, isWanted, session = m_session, life = m_life](const Result<void> &done) {
                     if (life != m_life)
                         return;
                     guarded(Milliseconds(0), [this, id, isWanted, session, isThere = done.has_value()] {
                         if (session != m_session)
                             return;
                         if (isThere)
                             perform(m_client->fileArrived(id, m_world.now()));
                         else if (isWanted)
                             perform(m_client->fileFailed(id, m_world.now()));
                     });
                 });
}

/// Until a message or draft names a file it may go at the next start: its person attaches it once more.
std::vector<Attachment> SimDesk::takeFiles()
{
    if (m_world.rng.below(2) != 0)
        return {};
    std::erase_if(m_files, [this](const Attachment &file) { return !m_blobs->find(file.sha256) && !keep(file); });
    return std::exchange(m_files, {});
}

// -- Contents of files ----------------------------------------------------------------------------------------------------

bool SimDesk::keep(const Attachment &file)
{
    if (m_world.chanceBeside(m_world.faults.fileDeath))
        m_folder.dieAt(1 + std::int64_t(m_world.beside.below(5)));
    const auto kept = m_blobs->add(file.sha256, m_hub.contentOf(file.sha256));
    m_folder.dieAt(0);
    if (m_folder.isDead()) {
        m_world.note(m_name + ": it keeps a content");
        m_disk.kill();
        return false;
    }
    m_world.must(kept, "a content");
    const auto path = m_world.must(m_blobs->blobs().path(file.sha256), "a content");
    std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() + std::chrono::hours(1));
    return true;
}

/// As Attachments::forget() does.
void SimDesk::forgetFile(const std::string &sha256)
{
    if (const auto opening = m_opening.find(sha256); opening != m_opening.end())
        opening->second = true;
    m_blobs->remove(sha256);
}

void SimDesk::openFile()
{
    if (!isUp() || m_isOut || !m_connected || m_world.now() < m_asleepUntil || !hasCopy())
        return;
    looking([this] {
        const SimDisk::Calm calm(m_disk);
        if (m_world.beside.below(8) == 0)
            lookForStrays();
        std::vector<Attachment> files;
        auto query = reader().queryOnce("SELECT attachments FROM timeline_item WHERE length(attachments) > 1 ORDER BY id");
        while (m_world.must(query.step(), "the copy")) {
            for (Attachment &file : wire::attachmentsFrom(query.blob(0)).value_or(std::vector<Attachment>()))
                files.push_back(std::move(file));
        }
        std::erase_if(files, [](const Attachment &file) { return file.sha256.empty(); });
        if (files.empty())
            return;
        const Attachment file = files[m_world.beside.below(files.size())];
        if (m_blobs->find(file.sha256)) {
            const auto content = m_blobs->read(file.sha256, std::size_t(file.sizeBytes) + 1);
            m_world.check(content && *content == m_hub.contentOf(file.sha256), m_name + ": a file is another one");
            return;
        }
        if (!m_opening.emplace(file.sha256, false).second)
            return;
        m_world.note(m_name + ": opens " + file.name);
        m_hub.download(file, [this, file, life = m_life, access = m_access](const Result<Bytes> &content) {
            if (life != m_life)
                return;
            const bool isForgotten = m_opening.extract(file.sha256).mapped();
            if (content && !isForgotten && access == m_access && !keep(file))
                hasEnded();
        });
    });
    hasEnded();
}

void SimDesk::saveDraft()
{
    if (!isUp() || m_isOut || m_world.now() < m_asleepUntil || !hasCopy())
        return;
    looking([this] {
        const SimDisk::Calm calm(m_disk);
        std::vector<ConversationId> all;
        auto query = reader().queryOnce("SELECT id FROM conversation ORDER BY id");
        while (m_world.must(query.step(), "the copy"))
            all.push_back(query.id<ConversationId>(0));
        if (all.empty())
            return;
        store::Draft draft{.conversation = all[m_world.beside.below(all.size())],
                           .body = m_name + " begins " + std::to_string(++m_said),
                           .savedAt = m_clock.now()};
        const Attachment file = m_hub.aFile();
        if (m_world.beside.below(3) == 0) {
            if (!keep(file))
                return;
            store::setAttachments(draft, {file});
        }
        (void)m_store->saveDraft(draft); // not where somebody was erased
    });
    hasEnded();
}

void SimDesk::noteErased(const wire::Changes &changes)
{
    if (changes.erased.empty())
        return;
    const SimDisk::Calm calm(m_disk);
    std::set<CommandId> done = m_accepted;
    for (const store::JournalEntry &entry : m_world.must(m_store->outbox(), "the outbox"))
        done.erase(entry.command.id);
    for (const Outcome &outcome : changes.outcomes) {
        if (outcome.kind == Outcome::Kind::Refused)
            done.erase(outcome.command);
    }
    for (const ConversationId &id : changes.erased)
        m_toldErased.emplace(id, done);
    if (m_store->facts().storage == client::Status::Storage::Broken) // it ends, and begins with what it then finds
        return;
    // Now: a text that waits yet becomes one when its author takes it back.
    for (const store::Draft &draft : m_world.must(m_store->drafts(), "drafts"))
        m_world.check(std::ranges::count(changes.erased, draft.conversation) == 0,
                      m_name + ": a draft is left to somebody who was erased");
}

void SimDesk::checkJournalForgets(const std::map<std::pair<EntityType, RawId>, Milliseconds> &erased)
{
    store::Erased gone;
    for (const auto &[row, at] : erased) {
        const ConversationId id(row.second);
        if (row.first != EntityType::Conversation)
            continue;
        const bool isTold = m_toldErased.contains(id);
        m_world.check(isTold || m_journalSince >= at, m_name + ": it has not heard that somebody was erased");
        if (isTold)
            gone.conversations.insert(id);
    }
    if (gone.empty())
        return;
    SimDisk disk(m_world.beside, "sim-look-" + m_name);
    disk.copyOf(m_disk);
    IdMaker ids(m_clock, m_world.beside);
    const auto journal = m_world.must(store::Journal::open("journal.db", ids, disk.vfs()), "a journal");
    if (m_key)
        m_world.must(journal->unlock({*m_key}, true, m_world.beside), "the key of a journal");
    for (const store::JournalEntry &entry : m_world.must(journal->entriesAfter(0), "a journal")) {
        for (const ConversationId &id : gone.conversations) {
            if (m_toldErased.at(id).contains(entry.command.id) && store::isAbout(entry.command, {.conversations = {id}}))
                throw Broken(m_name + ": work is left with somebody who was erased: "
                             + std::string(nameOf(entry.command.body)) + ", " + inJournal(entry.command.id));
        }
    }
}

void SimDesk::lookForStrays()
{
    for (auto more = m_store->lookForStrays(); more && *more; more = m_store->lookForStrays()) {
    }
}

/// Whether anybody opens it or not.
bool SimDesk::isStored(const std::string &sha256)
{
    using Files = std::filesystem::recursive_directory_iterator;
    return std::ranges::any_of(Files(m_folder.path() / "blobs"), [&](const auto &file) {
        return client::SealedBlobs::contentOfFile(file.path().filename().string()) == sha256;
    });
}

void SimDesk::checkOwnFiles()
{
    if (m_world.faults.fileDeath <= 0 && m_world.now() < m_world.faultsEnd)
        return; // and reads nothing that it would not read else
    const SimDisk::Calm calm(m_disk);
    for (const std::string &name : m_world.must(m_store->filesInUse(), "the files in use")) {
        const auto content = m_blobs->read(name, m_hub.contentOf(name).size() + 1);
        if (!content && isShared() && isStored(name)) // of who is away, and has the key
            continue;
        m_world.check(content ? *content == m_hub.contentOf(name) : m_hub.hasTaken(name),
                      m_name + ": a file that is to be sent is not here");
    }
}

void SimDesk::checkContents()
{
    const SimDisk::Calm calm(m_disk);
    lookForStrays();
    m_blobs->blobs().sweep(std::chrono::hours(1), [](const std::string &) { return true; }); // as resealStored() does
    checkOwnFiles();
    std::set<std::string> named = m_world.must(m_store->filesInUse(), "the files in use");
    auto query = reader().queryOnce("SELECT attachments FROM timeline_item WHERE length(attachments) > 1");
    while (m_world.must(query.step(), "the copy")) {
        for (const Attachment &file : wire::attachmentsFrom(query.blob(0)).value_or(std::vector<Attachment>()))
            named.insert(file.sha256);
    }
    for (const auto &entry : std::filesystem::recursive_directory_iterator(m_folder.path() / "blobs"))
        m_world.check(!entry.is_regular_file()
                          || named.contains(client::SealedBlobs::contentOfFile(entry.path().filename().string())),
                      m_name + ": it has a file that nothing names");
}

} // namespace tributary::sim
