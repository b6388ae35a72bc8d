#pragma once

#include <QString>

class QUrl;

namespace tributary::ui {

class Toasts;

/// Whom a link `tel:` calls (RFC 3966); empty for other links.
QString numberOf(const QUrl &link);

/// Gives @p number to the program that makes calls on this computer. Where there is none, or where it is a code to a
/// telephone or a network rather than a number, it is copied, and @p toasts say so.
void callNumber(const QString &number, Toasts &toasts);

} // namespace tributary::ui
