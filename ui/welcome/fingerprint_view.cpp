#include "ui/welcome/fingerprint_view.h"

#include <QGuiApplication>

namespace tributary::ui {

FingerprintView::FingerprintView(const Theme &theme, int pairs, QWidget *parent)
    : QLabel(parent)
    , m_pairs(pairs)
{
    setTextFormat(Qt::PlainText);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setFont(theme.monoFont(Type::Body));
    setLayoutDirection(Qt::LeftToRight); // digits, in whatever language the rest is
    setAlignment((QGuiApplication::isRightToLeft() ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignAbsolute | Qt::AlignVCenter);
    setAccessibleName(tr("Fingerprint of the certificate"));
    connect(&theme, &Theme::changed, this, [this, &theme] { setFont(theme.monoFont(Type::Body)); });
}

void FingerprintView::setFingerprint(const QString &fingerprint)
{
    m_fingerprint = fingerprint;
    const QStringList pairs = fingerprint.split(u':', Qt::SkipEmptyParts);
    QStringList lines;
    for (qsizetype at = 0; at < pairs.size(); at += m_pairs)
        lines.append(pairs.mid(at, m_pairs).join(u' '));
    setText(lines.join(u'\n'));
    setVisible(!fingerprint.isEmpty());
}

} // namespace tributary::ui
