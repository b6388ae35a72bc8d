#include "ui/settings/usual_pages.h"

#include "core/client/workspace.h"
#include "ui/news/announcer.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/settings_file.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("tributary::ui::SettingsPage", text);
}

constexpr const char *kAppearance = "appearance/theme", *kContrast = "appearance/contrast", *kDensity = "appearance/density",
                     *kTextScale = "appearance/text", *kMotion = "appearance/motion", *kSingleKeys = "keys/single";

/// A choice that is kept in @p settings under @p key, and what follows from it.
Setting kept(SettingsFile &settings, const char *key, const QString &usual, std::function<void()> follow)
{
    Setting setting;
    setting.id = QString::fromLatin1(key).replace('/', '-');
    setting.usual = usual;
    setting.value = [&settings, key, usual] { return settings.value(key, usual).toString(); };
    setting.set = [&settings, key, follow = std::move(follow)](const QString &value) {
        settings.setValue(key, value);
        follow();
    };
    return setting;
}

/// A choice that is kept in the profile.
Setting kept(client::Workspace &workspace, const char *key, const QString &usual)
{
    Setting setting;
    setting.id = QString::fromLatin1(key).replace('.', '-');
    setting.usual = usual;
    setting.value = [&workspace, key, usual] { return QString::fromStdString(workspace.setting(key, usual.toStdString())); };
    setting.set = [&workspace, key](const QString &value) { workspace.setSetting(key, value.toStdString()); };
    return setting;
}

} // namespace

Theme::Options keptAppearance(const SettingsFile &settings)
{
    using Appearance = Theme::Appearance;
    const QString theme = settings.value(kAppearance).toString();
    const int scale = settings.value(kTextScale, 100).toInt();
    return {.appearance = theme == "light"  ? Appearance::Light
                          : theme == "dark" ? Appearance::Dark
                                            : Appearance::System,
            .density =
                settings.value(kDensity).toString() == "compact" ? Theme::Density::Compact : Theme::Density::Comfortable,
            .highContrast = settings.value(kContrast).toString() == "high",
            .reducedMotion = settings.value(kMotion).toString() == "reduced",
            .textScale = scale < 90 || scale > 200 ? 100 : scale};
}

bool keptSingleKeys(const SettingsFile &settings)
{
    return settings.value(kSingleKeys, "on").toString() != "off";
}

SettingsPage *appearancePage(Theme &theme, SettingsFile &settings)
{
    const auto follow = [&theme, &settings] { theme.setOptions(keptAppearance(settings)); };
    Setting look = kept(settings, kAppearance, "system", follow);
    look.title = tr("Theme");
    look.help = tr("System follows what this computer is set to.");
    look.choices = {{tr("System"), "system"}, {tr("Light"), "light"}, {tr("Dark"), "dark"}};
    Setting contrast = kept(settings, kContrast, "usual", follow);
    contrast.title = tr("Contrast");
    contrast.help = tr("High makes lines thicker and pale text darker.");
    contrast.choices = {{tr("Usual"), "usual"}, {tr("High"), "high"}};
    Setting density = kept(settings, kDensity, "comfortable", follow);
    density.title = tr("Density");
    density.help = tr("Compact shows more conversations in the list.");
    density.choices = {{tr("Comfortable"), "comfortable"}, {tr("Compact"), "compact"}};
    Setting text = kept(settings, kTextScale, "100", follow);
    text.title = tr("Text size");
    text.help = tr("Rows and buttons grow with it.");
    for (const int scale : {90, 100, 110, 125, 150, 200})
        text.choices.append({tr("%1 %").arg(scale), QString::number(scale)});
    Setting motion = kept(settings, kMotion, "usual", follow);
    motion.title = tr("Motion");
    motion.help = tr("Reduced lets nothing slide or fade.");
    motion.choices = {{tr("Usual"), "usual"}, {tr("Reduced"), "reduced"}};
    return new SettingsPage(theme, tr("Appearance"), {look, contrast, density, text, motion});
}

SettingsPage *storagePage(const Theme &theme, client::Workspace &workspace)
{
    Setting days = kept(workspace, "history.days", "90");
    days.title = tr("History on this computer");
    days.help = tr("Older messages leave this computer, not the hub: they come back when you scroll to them. Open "
                   "conversations, drafts and whoever you looked at in the last 30 days stay.");
    days.choices = {{tr("30 days"), "30"}, {tr("90 days"), "90"}, {tr("1 year"), "365"}, {tr("All"), "0"}};
    Setting files = kept(workspace, "attachments.megabytes", "2048");
    files.title = tr("Attachments on this computer");
    files.help = tr("Beyond this, those that were not opened for longest leave. They are fetched again when you open them.");
    files.choices = {{tr("500 MB"), "512"}, {tr("2 GB"), "2048"}, {tr("10 GB"), "10240"}};
    return new SettingsPage(theme, tr("Storage"), {days, files});
}

SettingsPage *writingPage(const Theme &theme, client::Workspace &workspace)
{
    Setting drafts = kept(workspace, "drafts.shared", "off");
    drafts.title = tr("Drafts that colleagues may see");
    drafts.help = tr("While you write a reply, whoever has the same conversation open can look at it, so that nobody writes "
                     "the same twice. Notes are never shown before they are sent.");
    drafts.choices = {{tr("Only me"), "off"}, {tr("Colleagues who look on"), "on"}};
    Setting claims = kept(workspace, "reply.claims", "on");
    claims.title = tr("Answering what is nobody's");
    claims.help = tr("Who answers an unassigned conversation takes it, so that the customer hears from one person. If you "
                     "help out in queues of others, let it stay there.");
    claims.choices = {{tr("I take it"), "on"}, {tr("It stays unassigned"), "off"}};
    return new SettingsPage(theme, tr("Writing"), {claims, drafts});
}

SettingsPage *inboxPage(const Theme &theme, client::Workspace &workspace)
{
    Setting after = kept(workspace, "inbox.after-resolving", "next");
    after.title = tr("After resolving");
    after.help = tr("Which conversation is shown when the one on the screen was resolved, snoozed or left waiting.");
    after.choices = {{tr("Next"), "next"}, {tr("Previous"), "previous"}, {tr("Stay"), "stay"}};
    return new SettingsPage(theme, tr("Inbox"), {after});
}

SettingsPage *newsPage(const Theme &theme, client::Workspace &workspace)
{
    using Kind = store::News::Kind;
    const auto words = [](Kind kind) -> std::pair<QString, QString> {
        switch (kind) {
        case Kind::Message: return {tr("Message to you"), tr("A customer writes in a conversation of yours.")};
        case Kind::Assigned: return {tr("Given to you"), tr("A colleague or a team's rule gives you a conversation.")};
        case Kind::Mention: return {tr("Mention"), tr("A colleague asks you in a note to look at something.")};
        case Kind::Followed: return {tr("What you follow"), tr("Something is said in a conversation that you follow.")};
        case Kind::Failed: return {tr("Not delivered"), tr("A message of yours did not arrive.")};
        case Kind::Unassigned:
            return {tr("New and unassigned"), tr("A customer writes in a conversation that is nobody's.")};
        case Kind::NotTold:
            return {tr("Mention that reached nobody"), tr("Whom a note of yours mentions cannot see its conversation.")};
        case Kind::Resolved: return {tr("Resolved by others"), tr("A colleague resolves a conversation of yours.")};
        }
        return {};
    };
    QList<Setting> settings;
    for (const NewsSetting &kind : newsSettings()) {
        Setting one = kept(workspace, kind.key, kind.usual ? "on" : "off");
        std::tie(one.title, one.help) = words(kind.kind);
        one.choices = {{tr("Pop up"), "on"}, {tr("Only in the list"), "off"}};
        settings.append(one);
    }
    Setting content = kept(workspace, kNewsContent, "shown");
    content.title = tr("What pop-ups show");
    content.help = tr("Hidden shows who wrote and how, but not what: for screens that others see.");
    content.choices = {{tr("The text"), "shown"}, {tr("Hidden"), "hidden"}};
    settings.append(content);
    return new SettingsPage(theme, tr("Notifications"), settings);
}

SettingsPage *keysPage(const Theme &theme, ActionRegistry &actions, SettingsFile &settings)
{
    Setting single =
        kept(settings, kSingleKeys, "on", [&actions, &settings] { actions.setSingleKeys(keptSingleKeys(settings)); });
    single.title = tr("Single keys");
    single.help =
        tr("J, K, R, N, E, H, A and others act at once while no text is being written. Off leaves the combinations "
           "with Ctrl and Alt, which always work.");
    single.choices = {{tr("On"), "on"}, {tr("Off"), "off"}};
    return new SettingsPage(theme, tr("Keys"), {single});
}

} // namespace tributary::ui
