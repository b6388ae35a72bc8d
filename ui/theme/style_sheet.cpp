#include "ui/theme/style_sheet.h"

#include "ui/theme/theme.h"

namespace tributary::ui {
namespace {

// @name@ is a colour, {n} a size that follows the text scale.
constexpr const char *kSheet = R"(
QToolTip { background: @tooltip@; color: @onTooltip@; border: 1px solid @tooltip@; padding: 4px 6px; }
QLineEdit, QPlainTextEdit, QTextEdit, QSpinBox, QDateEdit, QComboBox {
  background: @field@; color: @text@; border: 1px solid @strong@; border-radius: 6px; padding: 0 8px;
  selection-background-color: @accent@; selection-color: @onAccent@; }
QLineEdit, QComboBox, QSpinBox, QDateEdit { min-height: {26}px; }
QPlainTextEdit, QTextEdit { padding: 4px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus, QDateEdit:focus { border: 2px solid @focus@; padding: 0 7px; }
QPlainTextEdit:focus, QTextEdit:focus { padding: 3px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QSpinBox:disabled, QDateEdit:disabled, QComboBox:disabled { background: @sunken@; color: @disabled@; border-color: @border@; }
QLineEdit[frame="false"], QTextEdit[bare="true"], QPlainTextEdit[bare="true"] { border: none; background: transparent; padding: 0; }
QPushButton, QToolButton[role] { background: @raised@; color: @text@; border: 1px solid @border@; border-radius: 6px;
  padding: 0 10px; min-height: {26}px; font-weight: 500; }
QPushButton:hover, QToolButton[role]:hover { background: @hover@; }
QPushButton:pressed, QToolButton[role]:pressed { background: @pressed@; }
QPushButton:disabled { color: @disabled@; }
QPushButton[role="primary"] { background: @accent@; border-color: @accent@; color: @onAccent@; }
QPushButton[role="primary"]:hover { background: @accentHover@; border-color: @accentHover@; }
QPushButton[role="primary"]:pressed { background: @accentPressed@; border-color: @accentPressed@; }
QPushButton[role="primary"]:disabled { background: @sunken@; border-color: @border@; color: @disabled@; }
QPushButton[role="ghost"], QToolButton { background: transparent; border: 1px solid transparent; color: @secondary@; border-radius: 6px; }
QPushButton[role="ghost"]:hover, QToolButton:hover { background: @hover@; }
QPushButton[role="ghost"]:pressed, QToolButton:pressed, QToolButton:checked { background: @pressed@; }
QPushButton[role="danger"] { color: @danger@; }
QPushButton[role="chip"] { min-height: {22}px; padding: 0 8px; font-size: {12}px; color: @secondary@; background: @surface@; }
QPushButton[role="chip"]:checked { background: @accentTint@; color: @accentText@; border-color: transparent; }
QPushButton:focus, QToolButton:focus { outline: none; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }
QMenu { background: @raised@; color: @text@; border: 1px solid @border@; border-radius: 8px; padding: 4px; }
QMenu::item { min-height: {20}px; padding: 4px 24px 4px 12px; border-radius: 5px; }
QMenu::item:selected { background: @hover@; }
QMenu::item:disabled { color: @disabled@; }
QMenu::separator { height: 1px; background: @subtle@; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }
QMenuBar { background: @window@; color: @text@; }
QMenuBar::item { padding: 4px 8px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected { background: @hover@; }
QSplitter::handle { background: @subtle@; }
QCheckBox, QRadioButton { spacing: 8px; }
)";

} // namespace

QString styleSheet(const Theme &theme)
{
    const Colors &c = theme.colors();
    const std::pair<const char *, QColor> names[]{{"tooltip", c.bg.tooltip},
                                                  {"onTooltip", c.text.onTooltip},
                                                  {"field", c.bg.field},
                                                  {"text", c.text.primary},
                                                  {"strong", c.border.strong},
                                                  {"accent", c.accent.fill},
                                                  {"onAccent", c.accent.onFill},
                                                  {"focus", c.border.focus},
                                                  {"sunken", c.bg.sunken},
                                                  {"disabled", c.text.disabled},
                                                  {"border", c.border.normal},
                                                  {"raised", c.bg.raised},
                                                  {"hover", c.bg.hover},
                                                  {"pressed", c.bg.pressed},
                                                  {"accentHover", c.accent.fillHover},
                                                  {"accentPressed", c.accent.fillPressed},
                                                  {"secondary", c.text.secondary},
                                                  {"danger", c.status.danger.fg},
                                                  {"surface", c.bg.surface},
                                                  {"accentTint", c.accent.tint},
                                                  {"accentText", c.accent.text},
                                                  {"subtle", c.border.subtle},
                                                  {"window", c.bg.window}};
    QString sheet = QString::fromLatin1(kSheet);
    for (const auto &[name, color] : names)
        sheet.replace(u'@' + QLatin1String(name) + u'@', color.name());
    for (const int size : {12, 20, 22, 26})
        sheet.replace(QStringLiteral("{%1}").arg(size), QString::number(theme.px(size)));
    return sheet;
}

} // namespace tributary::ui
