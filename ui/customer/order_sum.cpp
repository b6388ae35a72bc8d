#include "ui/customer/order_sum.h"

#include "ui/theme/order_look.h"

#include <QRegularExpression>
#include <optional>

namespace tributary::ui {
namespace {

constexpr qint64 kMostHundredths = 1'000'000'000'000'00; ///< Of one order; what is more is no sum of money.

struct Money {
    QString currency;
    qint64 hundredths = 0;
    bool hasCents = false;
};

/// A separator before one or two last digits parts the cents; others group.
std::optional<Money> moneyIn(const QString &text)
{
    static const QRegularExpression kForm(
        QStringLiteral("^\\s*(?<before>[^\\d\\s.,-]{1,8})?\\s*(?<number>\\d[\\d.,'\\s]*)(?<after>[^\\d\\s.,-]{1,8})?\\s*$"));
    const QRegularExpressionMatch match = kForm.match(text.left(64));
    if (!match.hasMatch())
        return std::nullopt;
    const QString before = match.captured("before"), after = match.captured("after");
    if (before.isEmpty() == after.isEmpty()) // of no currency, or of two
        return std::nullopt;
    QString number = match.captured("number").trimmed();
    QString cents;
    static const QRegularExpression kCents(QStringLiteral("[.,](\\d{1,2})$"));
    if (const QRegularExpressionMatch part = kCents.match(number); part.hasMatch()) {
        cents = part.captured(1).leftJustified(2, u'0');
        number.truncate(part.capturedStart());
    }
    // "12.500" is twelve and a half of a currency that has thousandths, and twelve thousand of another: not for us to guess.
    static const QRegularExpression kEither(QStringLiteral("^\\d{1,3}[.,]\\d{3}$"));
    static const QStringList kThousandths{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (cents.isEmpty() && kThousandths.contains(before + after, Qt::CaseInsensitive) && kEither.match(number).hasMatch())
        return std::nullopt;
    static const QRegularExpression kGroups(QStringLiteral("^\\d{1,3}(?:[.,'\\s]?\\d{3})*$"));
    static const QRegularExpression kSigns(QStringLiteral("[.,'\\s]"));
    if (!kGroups.match(number).hasMatch() && !QRegularExpression(QStringLiteral("^\\d+$")).match(number).hasMatch())
        return std::nullopt;
    bool isNumber = false;
    const qint64 whole = number.remove(kSigns).toLongLong(&isNumber);
    if (!isNumber || whole > kMostHundredths / 100)
        return std::nullopt;
    return Money{before.isEmpty() ? after : before, whole * 100 + cents.toInt(), !cents.isEmpty()};
}

} // namespace

QString orderSum(const std::vector<store::PersonOrder> &orders, const QLocale &locale)
{
    std::map<QString, Money> sums;
    for (const store::PersonOrder &order : orders) {
        const auto value = [&order](const char *name) {
            const auto found = order.details.find(name);
            return found == order.details.end() ? QString() : QString::fromStdString(found->second);
        };
        const OrderState state = orderState(value("status"));
        if (state == OrderState::Cancelled || state == OrderState::Refunded)
            continue;
        const std::optional<Money> money = moneyIn(value("total"));
        if (!money)
            return {};
        Money &sum = sums[money->currency];
        sum.hundredths += money->hundredths;
        sum.hasCents |= money->hasCents;
    }
    QStringList words;
    for (const auto &[currency, sum] : sums)
        words.append(QStringLiteral("%1 %2").arg(
            currency, locale.toString(double(sum.hundredths) / 100.0, 'f', sum.hasCents ? 2 : 0)));
    return words.join(QStringLiteral(" + "));
}

} // namespace tributary::ui
