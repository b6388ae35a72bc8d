<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Timeline</name>
    <message numerus="yes">
        <source>%n cc</source>
        <translation>
            <numerusform>%n cc</numerusform>
            <numerusform>%n cc</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n pictures not loaded</source>
        <translation>
            <numerusform>%n picture not loaded</numerusform>
            <numerusform>%n pictures not loaded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 merged %2 into this customer, %n messages moved</source>
        <translation>
            <numerusform>%1 merged %2 into this customer, %n message moved</numerusform>
            <numerusform>%1 merged %2 into this customer, %n messages moved</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sends in %n s</source>
        <translation>
            <numerusform>Sends in %n s</numerusform>
            <numerusform>Sends in %n s</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes, unfolded</source>
        <translation>
            <numerusform>%n change, unfolded</numerusform>
            <numerusform>%n changes, unfolded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes, folded</source>
        <translation>
            <numerusform>%n change, folded</numerusform>
            <numerusform>%n changes, folded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hidden by the filter</source>
        <translation>
            <numerusform>%n hidden by the filter</numerusform>
            <numerusform>%n hidden by the filter</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resolved conversation %1, %n items, unfolded</source>
        <translation>
            <numerusform>Resolved conversation %1, %n item, unfolded</numerusform>
            <numerusform>Resolved conversation %1, %n items, unfolded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Resolved conversation %1, %n items, folded</source>
        <translation>
            <numerusform>Resolved conversation %1, %n item, folded</numerusform>
            <numerusform>Resolved conversation %1, %n items, folded</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new messages</source>
        <translation>
            <numerusform>%n new message</numerusform>
            <numerusform>%n new messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hidden</source>
        <translation>
            <numerusform>%n hidden</numerusform>
            <numerusform>%n hidden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n items, resolved %1</source>
        <translation>
            <numerusform>%n item, resolved %1</numerusform>
            <numerusform>%n items, resolved %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Timeline of %1, %n items</source>
        <translation>
            <numerusform>Timeline of %1, %n item</numerusform>
            <numerusform>Timeline of %1, %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 moved %n messages to #%2</source>
        <translation>
            <numerusform>%1 moved %n message to #%2</numerusform>
            <numerusform>%1 moved %n messages to #%2</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1 moved %n messages here from #%2</source>
        <translation>
            <numerusform>%1 moved %n message here from #%2</numerusform>
            <numerusform>%1 moved %n messages here from #%2</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::ChannelChips</name>
    <message numerus="yes">
        <source>Everything, %n item(s)</source>
        <translation>
            <numerusform>Everything, %n item</numerusform>
            <numerusform>Everything, %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n item(s)</source>
        <translation>
            <numerusform>%1, %n item</numerusform>
            <numerusform>%1, %n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::ConversationList</name>
    <message numerus="yes">
        <source>%1, %n conversation(s)</source>
        <translation>
            <numerusform>%1, %n conversation</numerusform>
            <numerusform>%1, %n conversations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::ConversationRow</name>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n open</numerusform>
            <numerusform>%n open</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Unread, %n message(s)</source>
        <translation>
            <numerusform>Unread, %n message</numerusform>
            <numerusform>Unread, %n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::CustomerPanel</name>
    <message numerus="yes">
        <source>All %n item(s)</source>
        <translation>
            <numerusform>All %n item</numerusform>
            <numerusform>All %n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s) so far</source>
        <translation>
            <numerusform>%n item so far</numerusform>
            <numerusform>%n items so far</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::InboxPage</name>
    <message numerus="yes">
        <source>%n draft(s) belong to conversations that you can no longer see.</source>
        <translation>
            <numerusform>%n draft belongs to a conversation that you can no longer see.</numerusform>
            <numerusform>%n drafts belong to conversations that you can no longer see.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversation</numerusform>
            <numerusform>%n conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) are unassigned.</source>
        <translation>
            <numerusform>%n conversation is unassigned.</numerusform>
            <numerusform>%n conversations are unassigned.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n conversation(s) in %1.</source>
        <translation>
            <numerusform>%n conversation in %1.</numerusform>
            <numerusform>%n conversations in %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln change(s) were not taken by the hub</source>
        <translation>
            <numerusform>%Ln change was not taken by the hub</numerusform>
            <numerusform>%Ln changes were not taken by the hub</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>The first %Ln are selected: so many are done at a time</source>
        <translation>
            <numerusform>The first %Ln are selected: so many are done at a time</numerusform>
            <numerusform>The first %Ln are selected: so many are done at a time</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::ListColumn</name>
    <message numerus="yes">
        <source>%n selected</source>
        <translation>
            <numerusform>%n selected</numerusform>
            <numerusform>%n selected</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln selected</source>
        <translation>
            <numerusform>%Ln selected</numerusform>
            <numerusform>%Ln selected</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::QueueSidebar</name>
    <message numerus="yes">
        <source>%1, %n conversation(s)</source>
        <translation>
            <numerusform>%1, %n conversation</numerusform>
            <numerusform>%1, %n conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%1, %n not seen</source>
        <translation>
            <numerusform>%1, %n not seen</numerusform>
            <numerusform>%1, %n not seen</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::SignIn</name>
    <message numerus="yes">
        <source>Too many tries. Try again in %n minute(s).</source>
        <translation>
            <numerusform>Too many tries. Try again in %n minute.</numerusform>
            <numerusform>Too many tries. Try again in %n minutes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::ToLatestButton</name>
    <message numerus="yes">
        <source>To the latest, %n new</source>
        <translation>
            <numerusform>To the latest, %n new</numerusform>
            <numerusform>To the latest, %n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Triage</name>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversation</numerusform>
            <numerusform>%n conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln conversation(s)</source>
        <translation>
            <numerusform>%Ln conversation</numerusform>
            <numerusform>%Ln conversations</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Outbox</name>
    <message numerus="yes">
        <source>%n rows were not taken</source>
        <translation>
            <numerusform>%n row was not taken</numerusform>
            <numerusform>%n rows were not taken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n waiting</numerusform>
            <numerusform>%n waiting</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n need you</source>
        <translation>
            <numerusform>%n needs you</numerusform>
            <numerusform>%n need you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes: %1</source>
        <translation>
            <numerusform>%n change: %1</numerusform>
            <numerusform>%n changes: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n changes</source>
        <translation>
            <numerusform>%n change</numerusform>
            <numerusform>%n changes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more</source>
        <translation>
            <numerusform>%n more</numerusform>
            <numerusform>%n more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Sends in %n s</source>
        <translation>
            <numerusform>Sends in %n s</numerusform>
            <numerusform>Sends in %n s</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::OutboxList</name>
    <message numerus="yes">
        <source>Outbox, %n entries</source>
        <translation>
            <numerusform>Outbox, %n entry</numerusform>
            <numerusform>Outbox, %n entries</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Undo</name>
    <message numerus="yes">
        <source>Undone but for %n, changed since</source>
        <translation>
            <numerusform>Undone but for %n, changed since</numerusform>
            <numerusform>Undone but for %n, changed since</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::MergeSheet</name>
    <message numerus="yes">
        <source>%n conversation(s)</source>
        <translation>
            <numerusform>%n conversation</numerusform>
            <numerusform>%n conversations</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n order(s)</source>
        <translation>
            <numerusform>%n order</numerusform>
            <numerusform>%n orders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n equal field(s)</source>
        <translation>
            <numerusform>%n equal field</numerusform>
            <numerusform>%n equal fields</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more</source>
        <translation>
            <numerusform>and %n more</numerusform>
            <numerusform>and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::CustomersPage</name>
    <message numerus="yes">
        <source>Customers, %n probable duplicate(s)</source>
        <translation>
            <numerusform>Customers, %n probable duplicate</numerusform>
            <numerusform>Customers, %n probable duplicates</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Removed %1. %n customer(s) belong to no company now.</source>
        <translation>
            <numerusform>Removed %1. %n customer belongs to no company now.</numerusform>
            <numerusform>Removed %1. %n customers belong to no company now.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n customer(s) are in %1.</source>
        <translation>
            <numerusform>%n customer is in %1.</numerusform>
            <numerusform>%n customers are in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::CustomerRows</name>
    <message numerus="yes">
        <source>%n open</source>
        <translation>
            <numerusform>%n open</numerusform>
            <numerusform>%n open</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::PaintedRows</name>
    <message numerus="yes">
        <source>%1, %n row(s)</source>
        <translation>
            <numerusform>%1, %n row</numerusform>
            <numerusform>%1, %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::RoleMatrix</name>
    <message numerus="yes">
        <source>%n people</source>
        <translation>
            <numerusform>%n person</numerusform>
            <numerusform>%n people</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::RolesPage</name>
    <message numerus="yes">
        <source>%n people become plain again</source>
        <translation>
            <numerusform>%n person becomes plain again</numerusform>
            <numerusform>%n people become plain again</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::RecordTable</name>
    <message numerus="yes">
        <source>%1, %n rows</source>
        <translation>
            <numerusform>%1, %n row</numerusform>
            <numerusform>%1, %n rows</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::PeoplePage</name>
    <message numerus="yes">
        <source>%n not resolved: who gets them?</source>
        <translation>
            <numerusform>%n not resolved: who gets it?</numerusform>
            <numerusform>%n not resolved: who gets them?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::SetupPage</name>
    <message numerus="yes">
        <source>%n row(s) are in %1.</source>
        <translation>
            <numerusform>%n row is in %1.</numerusform>
            <numerusform>%n rows are in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Admin</name>
    <message numerus="yes">
        <source>Within %n day(s)</source>
        <translation>
            <numerusform>Within %n day</numerusform>
            <numerusform>Within %n days</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n day</numerusform>
            <numerusform>%n days</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::app::Session</name>
    <message numerus="yes">
        <source>%n changes were made with a newer version of Tributary. They are kept, and sent when it runs again.</source>
        <translation>
            <numerusform>%n change was made with a newer version of Tributary. It is kept, and sent when it runs again.</numerusform>
            <numerusform>%n changes were made with a newer version of Tributary. They are kept, and sent when it runs again.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::app::TokenNotice</name>
    <message numerus="yes">
        <source>%n changes on this computer are encrypted with a key that is gone. They are kept, and sent if it comes back.</source>
        <translation>
            <numerusform>%n change on this computer is encrypted with a key that is gone. It is kept, and sent if it comes back.</numerusform>
            <numerusform>%n changes on this computer are encrypted with a key that is gone. They are kept, and sent if it comes back.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::CannotStart</name>
    <message numerus="yes">
        <source>Not sent yet, and sent when the hub is reached: %n</source>
        <translation>
            <numerusform>Not sent yet, and sent when the hub is reached: %n</numerusform>
            <numerusform>Not sent yet, and sent when the hub is reached: %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Needing your decision: %n</source>
        <translation>
            <numerusform>Needing your decision: %n</numerusform>
            <numerusform>Needing your decision: %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drafts: %n</source>
        <translation>
            <numerusform>Drafts: %n</numerusform>
            <numerusform>Drafts: %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Views</name>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n hour</numerusform>
            <numerusform>%n hours</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n minute</numerusform>
            <numerusform>%n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Announcer</name>
    <message numerus="yes">
        <source>%1, %n messages</source>
        <translation>
            <numerusform>%1, %n message</numerusform>
            <numerusform>%1, %n messages</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Tray</name>
    <message numerus="yes">
        <source>Tributary: %n new notifications</source>
        <translation>
            <numerusform>Tributary: %n new notification</numerusform>
            <numerusform>Tributary: %n new notifications</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::Rail</name>
    <message numerus="yes">
        <source>Notifications, %n new</source>
        <translation>
            <numerusform>Notifications, %n new</numerusform>
            <numerusform>Notifications, %n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::AuditPage</name>
    <message numerus="yes">
        <source>%n entries are in %1.</source>
        <translation>
            <numerusform>%n entry is in %1.</numerusform>
            <numerusform>%n entries are in %1.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::CompanySheet</name>
    <message numerus="yes">
        <source>%n customer(s)</source>
        <comment>of a company</comment>
        <translation>
            <numerusform>%n customer</numerusform>
            <numerusform>%n customers</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>A company takes %n domain(s) at most.</source>
        <translation>
            <numerusform>A company takes %n domain at most.</numerusform>
            <numerusform>A company takes %n domains at most.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::CompanyTable</name>
    <message numerus="yes">
        <source>%n customer(s)</source>
        <comment>of a company</comment>
        <translation>
            <numerusform>%n customer</numerusform>
            <numerusform>%n customers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::DuplicateList</name>
    <message numerus="yes">
        <source>Found %n day(s) ago</source>
        <translation>
            <numerusform>Found %n day ago</numerusform>
            <numerusform>Found %n days ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::SyncPresenter</name>
    <message numerus="yes">
        <source>%Ln online</source>
        <translation>
            <numerusform>%Ln online</numerusform>
            <numerusform>%Ln online</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::ReopeningPage</name>
    <message numerus="yes">
        <source>A customer who writes within %n day(s) after a conversation was resolved opens it again. Later it begins a new one.</source>
        <translation>
            <numerusform>A customer who writes within %n day after a conversation was resolved opens it again. Later it begins a new one.</numerusform>
            <numerusform>A customer who writes within %n days after a conversation was resolved opens it again. Later it begins a new one.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>tributary::ui::SyncText</name>
    <message numerus="yes">
        <source>Outbox %1, %n need you</source>
        <translation>
            <numerusform>Outbox %1, %n needs you</numerusform>
            <numerusform>Outbox %1, %n need you</numerusform>
        </translation>
    </message>
</context>
</TS>
