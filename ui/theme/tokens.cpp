#include "ui/theme/tokens.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

namespace tributary::ui {
namespace {

/// Looks up `a.b.c` in nested objects. Missing tokens are fatal: the file is part of the program.
QJsonValue lookUp(const QJsonObject &root, const char *path)
{
    QJsonValue value = root;
    const QStringList names = QString::fromLatin1(path).split(u'.');
    for (const QString &name : names)
        value = value.toObject().value(name);
    if (value.isUndefined())
        qFatal("theme: token %s is missing", path);
    return value;
}

struct Reader {
    const QJsonObject &root;

    QColor color(const char *path) const
    {
        const QColor color = colorFromToken(lookUp(root, path).toString());
        if (!color.isValid())
            qFatal("theme: token %s is no colour", path);
        return color;
    }
    Tone tone(const QByteArray &path, bool solid) const
    {
        return {color((path + ".fg").constData()), color((path + ".tint").constData()),
                solid ? color((path + ".solid").constData()) : QColor()};
    }
};

Colors readColors(const QJsonObject &object)
{
    const Reader r{object};
    Colors c;
    c.bg = {r.color("bg.window"),  r.color("bg.rail"),    r.color("bg.sidebar"),  r.color("bg.list"),
            r.color("bg.surface"), r.color("bg.panel"),   r.color("bg.raised"),   r.color("bg.sunken"),
            r.color("bg.hover"),   r.color("bg.pressed"), r.color("bg.selected"), r.color("bg.selectedInactive"),
            r.color("bg.field"),   r.color("bg.tooltip")};
    c.border = {r.color("border.subtle"), r.color("border.default"), r.color("border.strong"), r.color("border.focus")};
    c.text = {r.color("text.primary"), r.color("text.secondary"), r.color("text.tertiary"), r.color("text.disabled"),
              r.color("text.inverse"), r.color("text.link"),      r.color("text.onTooltip")};
    c.accent = {r.color("accent.fill"),   r.color("accent.fillHover"), r.color("accent.fillPressed"),
                r.color("accent.onFill"), r.color("accent.text"),      r.color("accent.tint")};
    c.bubble = {r.color("bubble.incoming"),   r.color("bubble.outgoing"), r.color("bubble.note"),
                r.color("bubble.noteBorder"), r.color("bubble.card"),     r.color("bubble.text"),
                r.color("bubble.meta"),       r.color("bubble.noteText"), r.color("bubble.noteMeta")};
    c.highlight = {r.color("highlight.match"), r.color("highlight.current"), r.color("highlight.text"),
                   r.color("highlight.currentEdge")};
    c.note = {r.color("note.fill"), r.color("note.onFill"), r.color("note.track"), r.color("note.tab"),
              r.color("note.edge")};
    c.status = {r.tone("status.success", true), r.tone("status.warning", true), r.tone("status.danger", true),
                r.tone("status.info", true), r.tone("status.neutral", true)};
    c.channel = {r.tone("channel.chat", false),      r.tone("channel.email", false),     r.tone("channel.whatsapp", false),
                 r.tone("channel.messenger", false), r.tone("channel.instagram", false), r.tone("channel.wechat", false),
                 r.tone("channel.telegram", false),  r.tone("channel.sms", false),       r.tone("channel.phone", false),
                 r.tone("channel.order", false),     r.tone("channel.note", false)};
    c.presence = {r.color("presence.online"), r.color("presence.away"), r.color("presence.busy"),
                  r.color("presence.offline")};
    const QJsonArray pairs = object.value("avatar").toArray();
    if (pairs.size() != int(c.avatar.size()))
        qFatal("theme: expected %d avatar colours", int(c.avatar.size()));
    for (int i = 0; i < pairs.size(); ++i)
        c.avatar[std::size_t(i)] = {
            colorFromToken(pairs[i].toArray()[1].toString()), colorFromToken(pairs[i].toArray()[0].toString()), {}};
    c.scrim = r.color("scrim");
    c.shadow = r.color("shadow");
    return c;
}

/// Lays the high-contrast overrides over a palette: flat grounds, text of 7:1 or more, no tints except the selection.
Colors withHighContrast(Colors c, const QJsonObject &object)
{
    const Reader r{object};
    const QColor bg = r.color("bg"), text = r.color("text"), muted = r.color("textMuted"), edge = r.color("border");
    const QColor accent = r.color("accent"), selected = r.color("selected");
    c.bg = {bg, bg, bg, bg, bg, bg, bg, bg, selected, selected, selected, selected, bg, text};
    c.border = {edge, edge, edge, accent};
    c.text = {text, text, muted, muted, bg, accent, bg};
    c.accent = {accent, accent, accent, bg, accent, selected};
    c.bubble = {bg, bg, bg, edge, bg, text, muted, text, muted};
    c.note = {text, bg, bg, bg, edge};
    const auto state = [&](const char *name) { return Tone{r.color(name), bg, r.color(name)}; };
    c.status = {state("success"), state("warning"), state("danger"), {accent, bg, accent}, {text, bg, text}};
    for (Tone *tone :
         {&c.channel.chat, &c.channel.email, &c.channel.whatsapp, &c.channel.messenger, &c.channel.instagram,
          &c.channel.wechat, &c.channel.telegram, &c.channel.sms, &c.channel.phone, &c.channel.order, &c.channel.note})
        tone->tint = bg;
    return c;
}

} // namespace

QColor colorFromToken(const QString &text)
{
    const bool alpha = text.size() == 9;
    QColor color(alpha ? text.left(7) : text);
    if (alpha && color.isValid())
        color.setAlpha(text.mid(7).toInt(nullptr, 16));
    return color;
}

Tokens Tokens::load()
{
    QFile file(":/theme/tokens.json");
    if (!file.open(QIODevice::ReadOnly))
        qFatal("theme: tokens.json is not compiled in");
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();

    Tokens tokens;
    tokens.light = readColors(lookUp(root, "color.light").toObject());
    tokens.dark = readColors(lookUp(root, "color.dark").toObject());
    tokens.lightHighContrast = withHighContrast(tokens.light, lookUp(root, "highContrast.light").toObject());
    tokens.darkHighContrast = withHighContrast(tokens.dark, lookUp(root, "highContrast.dark").toObject());

    const std::array names{"display",     "title.lg", "title.md",    "body.lg", "body",
                           "body.strong", "meta",     "meta.strong", "micro"};
    const QJsonObject types = lookUp(root, "type").toObject();
    for (std::size_t i = 0; i < names.size(); ++i) {
        const QJsonObject type = types.value(QLatin1String(names[i])).toObject();
        if (type.isEmpty())
            qFatal("theme: type %s is missing", names[i]);
        tokens.type[i] = {type["size"].toDouble(), type["line"].toDouble(), type["weight"].toInt(),
                          type["tracking"].toDouble()};
    }
    for (const QJsonValue &family : lookUp(root, "font.families").toArray())
        tokens.families << family.toString();
    for (const QJsonValue &family : lookUp(root, "font.mono").toArray())
        tokens.monoFamilies << family.toString();
    tokens.arabicLine = lookUp(root, "font.scriptLineHeight.arabic").toDouble();
    tokens.cjkLine = lookUp(root, "font.scriptLineHeight.cjk").toDouble();
    tokens.devanagariLine = lookUp(root, "font.scriptLineHeight.devanagari").toDouble();
    tokens.thaiLine = lookUp(root, "font.scriptLineHeight.thai").toDouble();
    return tokens;
}

} // namespace tributary::ui
