#include "core/text/quote_splitter.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace tributary::text {
namespace {

using namespace std::string_view_literals;

/// Ends (or, in some languages, middles) of the line that introduces a quote.
constexpr std::array wroteWords{
    "wrote"sv,      "schrieb"sv,    "a écrit"sv,     "escribió"sv,     "ha scritto"sv, "escreveu"sv,
    "schreef"sv,    "napisał"sv,    "napisał(a)"sv,  "napisała"sv,     "пишет"sv,      "написал"sv,
    "написал(а)"sv, "написала"sv,   "писал(а)"sv,    "пише"sv,         "написав"sv,    "napsal"sv,
    "napsal(a)"sv,  "napísal"sv,    "napísal(a)"sv,  "skrev"sv,        "kirjoitti"sv,  "yazdı"sv,
    "şunu yazdı"sv, "írta"sv,       "a scris"sv,     "έγραψε"sv,       "כתב"sv,        "כתבה"sv,
    "كتب"sv,        "كتبت"sv,       "نوشت"sv,        "写道"sv,         "寫道"sv,       "さんは書きました"sv,
    "のメール"sv,   "님이 작성"sv,  "작성"sv,        "đã viết"sv,      "เขียนว่า"sv,     "menulis"sv,
    "написа"sv,     "je napisao"sv, "je napisala"sv, "je napisao/la"sv};

constexpr std::array originalWords{"original message"sv,
                                   "original appointment"sv,
                                   "ursprüngliche nachricht"sv,
                                   "originalnachricht"sv,
                                   "original-nachricht"sv,
                                   "message d'origine"sv,
                                   "message d’origine"sv,
                                   "message original"sv,
                                   "mensaje original"sv,
                                   "messaggio originale"sv,
                                   "mensagem original"sv,
                                   "oorspronkelijk bericht"sv,
                                   "oryginalna wiadomość"sv,
                                   "wiadomość oryginalna"sv,
                                   "исходное сообщение"sv,
                                   "оригинальное сообщение"sv,
                                   "ursprungligt meddelande"sv,
                                   "oprindelig meddelelse"sv,
                                   "opprinnelig melding"sv,
                                   "alkuperäinen viesti"sv,
                                   "özgün ileti"sv,
                                   "orijinal mesaj"sv,
                                   "eredeti üzenet"sv,
                                   "původní zpráva"sv,
                                   "αρχικό μήνυμα"sv,
                                   "הודעה מקורית"sv,
                                   "الرسالة الأصلية"sv,
                                   "原始邮件"sv,
                                   "邮件原件"sv,
                                   "原始郵件"sv,
                                   "元のメッセージ"sv,
                                   "원본 메시지"sv,
                                   "원본 메일"sv,
                                   "tin nhắn gốc"sv};

constexpr std::array fromWords{"from"sv,   "von"sv,    "de"sv,        "da"sv,        "van"sv,    "od"sv,  "от"sv,  "від"sv,
                               "från"sv,   "fra"sv,    "lähettäjä"sv, "kimden"sv,    "feladó"sv, "από"sv, "מאת"sv, "من"sv,
                               "发件人"sv, "寄件者"sv, "差出人"sv,    "보낸 사람"sv, "từ"sv,     "จาก"sv, "dari"sv};
constexpr std::array sentWords{
    "sent"sv,       "date"sv,       "gesendet"sv,   "datum"sv,      "envoyé"sv,   "enviado"sv,  "fecha"sv,    "inviato"sv,
    "data"sv,       "verzonden"sv,  "wysłano"sv,    "отправлено"sv, "дата"sv,     "skickat"sv,  "sendt"sv,    "dato"sv,
    "lähetetty"sv,  "gönderildi"sv, "gönderilen"sv, "tarih"sv,      "elküldve"sv, "küldve"sv,   "odesláno"sv, "εστάλη"sv,
    "ημερομηνία"sv, "נשלח"sv,       "תאריך"sv,      "تم الإرسال"sv, "التاريخ"sv,  "发送时间"sv, "日期"sv,     "寄件日期"sv,
    "送信日時"sv,   "日付"sv,       "보낸 날짜"sv,  "날짜"sv,       "đã gửi"sv,   "ngày"sv,     "tanggal"sv};
constexpr std::array toWords{"to"sv,   "an"sv,    "à"sv,   "para"sv,          "a"sv,      "aan"sv,     "do"sv,
                             "кому"sv, "till"sv,  "til"sv, "vastaanottaja"sv, "kime"sv,   "címzett"sv, "komu"sv,
                             "προς"sv, "אל"sv,    "إلى"sv, "收件人"sv,        "收件者"sv, "宛先"sv,    "받는 사람"sv,
                             "đến"sv,  "kepada"sv};
constexpr std::array subjectWords{"subject"sv,   "betreff"sv, "objet"sv,   "asunto"sv, "oggetto"sv, "assunto"sv,
                                  "onderwerp"sv, "temat"sv,   "тема"sv,    "ämne"sv,   "emne"sv,    "aihe"sv,
                                  "konu"sv,      "tárgy"sv,   "předmět"sv, "θέμα"sv,   "נושא"sv,    "الموضوع"sv,
                                  "主题"sv,      "主旨"sv,    "件名"sv,    "제목"sv,   "chủ đề"sv,  "subjek"sv};

/// Lower case for ASCII and the Latin, Greek and Cyrillic letters of the tables; enough to compare with them.
std::string lower(std::string_view line)
{
    std::string out;
    for (std::size_t at = 0; at < line.size();) {
        char32_t point = nextCodePoint(line, at);
        if ((point >= 'A' && point <= 'Z') || (point >= 0xC0 && point <= 0xDE && point != 0xD7)
            || (point >= 0x0391 && point <= 0x03A9) || (point >= 0x0410 && point <= 0x042F))
            point += 32;
        appendUtf8(out, point);
    }
    return out;
}

template<std::size_t size>
bool isOneOf(const std::array<std::string_view, size> &words, std::string_view word)
{
    return std::ranges::find(words, word) != words.end();
}

/// What stands before the colon of a header line, lower case, without the stars some programs print for bold.
std::string headerNameOf(std::string_view line)
{
    line = trimmed(line);
    while (line.starts_with('*') || line.starts_with('>') || line.starts_with(' '))
        line.remove_prefix(1);
    std::size_t end = line.find(':');
    end = std::min(end, line.find("：")); // full width
    if (end == std::string_view::npos || end > 40)
        return {};
    std::string_view name = trimmed(line.substr(0, end));
    while (name.ends_with('*'))
        name = trimmed(name.substr(0, name.size() - 1));
    return lower(name);
}

std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (true) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos)
            return lines;
        text.remove_prefix(end + 1);
    }
}

bool isQuotedLine(std::string_view line)
{
    return trimmed(line).starts_with('>');
}

bool isBlank(std::string_view line)
{
    return trimmed(line).empty();
}

/// `On Sun, 22 Nov 2026 at 11:00, Support <support@shop.example> wrote:`, all of it in @p text.
bool isAttribution(std::string_view text)
{
    text = trimmed(text);
    if (text.size() > 400 || text.size() < 6)
        return false;
    if (text.ends_with(':'))
        text.remove_suffix(1);
    else if (text.ends_with("："))
        text.remove_suffix(3);
    else
        return false;
    const bool saysWhenOrWho = text.find_first_of("0123456789@") != std::string_view::npos;
    if (!saysWhenOrWho)
        return false;
    if (trimmed(text).ends_with('>') && text.find('@') != std::string_view::npos
        && text.find("20") != std::string_view::npos)
        return true; // `22 нояб. 2026 г., Support <support@shop.example>:` has no verb in some languages
    const std::string line = lower(trimmed(text));
    return std::ranges::any_of(wroteWords, [&](std::string_view word) {
        const std::size_t at = line.rfind(word);
        if (at == std::string::npos)
            return false;
        // At the end (English), or followed by who it was (German, Dutch: "Am ... schrieb Anna Petrova <...>:").
        const char before = at == 0 ? ' ' : line[at - 1];
        const bool isUnspaced = static_cast<unsigned char>(word.front()) >= 0xE3; // Chinese, Japanese, Korean
        return isUnspaced || before == ' ' || static_cast<unsigned char>(before) >= 0x80 || before == '>' || before == ',';
    });
}

/// How many lines from @p at on are a line "On ... wrote:", which may be wrapped into up to three; 0 if they are none.
std::size_t attributionLines(const std::vector<std::string_view> &lines, std::size_t at)
{
    std::string joined;
    for (std::size_t count = 1; count <= 3 && at + count <= lines.size(); ++count) {
        const std::string_view line = lines[at + count - 1];
        if (isBlank(line) || isQuotedLine(line))
            return 0;
        joined += joined.empty() ? "" : " ";
        joined += trimmed(line);
        if (isAttribution(joined))
            return count;
    }
    return 0;
}

bool isRule(std::string_view line)
{
    line = trimmed(line);
    return line.size() >= 10 && line.find_first_not_of('_') == std::string_view::npos;
}

std::string_view restFrom(std::string_view text, std::string_view line)
{
    return text.substr(std::size_t(line.data() - text.data()));
}

/// The line at which quoted history begins; the number of lines if there is none.
std::size_t quoteBegin(const std::vector<std::string_view> &lines, std::string_view text)
{
    // From which line on everything is quoted, found once from the end: the rules below ask for it at every line.
    std::size_t tail = lines.size();
    while (tail > 0 && (isBlank(lines[tail - 1]) || isQuotedLine(lines[tail - 1])))
        --tail;
    for (std::size_t at = 0; at < lines.size(); ++at) {
        const std::string_view line = lines[at];
        if (isBlank(line))
            continue;
        if (isOriginalMessageLine(line))
            return at;
        if (isRule(line) && at + 1 < lines.size() && beginsWithHeaderBlock(restFrom(text, lines[at + 1])))
            return at;
        if (isOneOf(fromWords, headerNameOf(line)) && beginsWithHeaderBlock(restFrom(text, line)))
            return at;
        if (at >= tail && isQuotedLine(line))
            return at;
        if (const std::size_t count = attributionLines(lines, at)) {
            std::size_t next = at + count;
            while (next < lines.size() && isBlank(lines[next]))
                ++next;
            // Unmarked text behind it is the quote too; marked text with answers below is a conversation to be read in full.
            if (next >= lines.size() || next >= tail || !isQuotedLine(lines[next]))
                return at;
        }
    }
    return lines.size();
}

} // namespace

bool isOriginalMessageLine(std::string_view line)
{
    line = trimmed(line);
    if (line.size() > 120 || !line.starts_with("--"))
        return false;
    const std::size_t begin = line.find_first_not_of("- ");
    if (begin == std::string_view::npos)
        return false;
    line = line.substr(begin, line.find_last_not_of("- ") + 1 - begin);
    return isOneOf(originalWords, lower(line));
}

bool beginsWithHeaderBlock(std::string_view text)
{
    int found = 0;
    bool first = true;
    for (int count = 0; count < 6 && !text.empty(); ++count) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (isBlank(line) && first)
            continue;
        const std::string name = headerNameOf(line);
        if (first && !isOneOf(fromWords, name))
            return false;
        first = false;
        if (isOneOf(fromWords, name) || isOneOf(sentWords, name) || isOneOf(toWords, name) || isOneOf(subjectWords, name))
            ++found;
    }
    return found >= 3;
}

SplitText splitQuote(std::string_view text)
{
    const std::vector<std::string_view> lines = linesOf(text);
    const std::size_t quote = quoteBegin(lines, text);
    std::string_view before =
        quote == lines.size() ? text : text.substr(0, text.size() - restFrom(text, lines[quote]).size());
    if (trimmed(before).empty())
        return {text, {}, {}};
    SplitText split{.quoted = text.substr(before.size())};

    for (std::size_t at = 0; at < quote; ++at) {
        const std::string_view line = lines[at];
        // "-- " by RFC 3676, 4.3; many programs lose the space.
        if ((line == "-- " || line == "--") && !trimmed(before.substr(0, std::size_t(line.data() - text.data()))).empty()) {
            const std::size_t begin = std::size_t(line.data() - text.data());
            split.signature = before.substr(begin);
            before = before.substr(0, begin);
            break;
        }
    }
    split.fresh = before;
    return split;
}

} // namespace tributary::text
