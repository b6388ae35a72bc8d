#include "tests/bench/history.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memory>
#include <utility>

namespace tributary::bench {
namespace {

/// splitmix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
class Random {
public:
    explicit Random(std::uint64_t seed)
        : m_state(seed)
    {
    }
    std::uint64_t next()
    {
        std::uint64_t z = (m_state += 0x9e3779b97f4a7c15u);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
        return z ^ (z >> 31);
    }
    std::uint32_t below(std::uint32_t limit) { return std::uint32_t((next() >> 32) * limit >> 32); }
    double unit() { return double(next() >> 11) * 0x1p-53; }

private:
    std::uint64_t m_state;
};

std::string utf8(char32_t letter)
{
    if (letter < 0x80)
        return {char(letter)};
    if (letter < 0x800)
        return {char(0xc0 | (letter >> 6)), char(0x80 | (letter & 63))};
    return {char(0xe0 | (letter >> 12)), char(0x80 | ((letter >> 6) & 63)), char(0x80 | (letter & 63))};
}

enum Language { English, German, Arabic, Chinese, Spanish };
constexpr std::array<std::size_t, 5> kWords{40'000, 8'000, 6'000, 4'000, 6'000};
constexpr std::array<const char *, 5> kFrequent{
    "the to and i a is my of in for you it have that on not with this but your be order refund package delivery invoice "
    "address "
    "payment broken help thanks tracking exchange account price store card email yesterday received missing",
    "die der und ich ist nicht das es sie zu ein mit bestellung lieferung rechnung rückerstattung größe gerät zurück straße",
    "في من على إلى لا هذا أن لم الطلب شكرا مرحبا متى العنوان الدفع فاتورة استرداد المنتج مكسور الشحن تأخر",
    "我 你 的 了 是 不 在 有 请 谢谢 您好 订单 退款 快递 地址 付款 发票 账号 密码 客服 收到 没有 坏了 换货",
    "de la que el en y a los se del pedido envío devolución factura dirección pago tarjeta gracias mañana"};

class Vocabulary {
public:
    Vocabulary(Language language)
        : m_random(std::uint64_t(language) + 11)
    {
        std::string word;
        for (const char *at = kFrequent[language];; ++at) {
            if (*at && *at != ' ') {
                word += *at;
            } else {
                words.push_back(std::exchange(word, {}));
                if (!*at)
                    break;
            }
        }
        while (words.size() < kWords[language])
            words.push_back(made(language));
        double sum = 0;
        for (std::size_t i = 0; i < words.size(); ++i)
            m_upTo.push_back(sum += 1.0 / double(i + 1));
    }
    /// Zipf: the n-th word comes 1/n as often as the first.
    const std::string &draw(Random &random) const
    {
        const double at = random.unit() * m_upTo.back();
        return words[std::size_t(std::lower_bound(m_upTo.begin(), m_upTo.end(), at) - m_upTo.begin())];
    }
    std::vector<std::string> words;

private:
    std::string made(Language language)
    {
        static constexpr std::array kSyllables{"ba", "re",  "ti", "mon", "ster", "la", "vi", "con", "de",  "pro",
                                               "ka", "lin", "er", "tor", "ni",   "sa", "mu", "pen", "gra", "fo"};
        std::string word;
        const std::uint32_t letters = 2 + m_random.below(3);
        for (std::uint32_t i = 0; i < letters; ++i) {
            if (language == Arabic)
                word += utf8(U'\u0627' + m_random.below(36)) + utf8(U'\u0628' + m_random.below(20));
            else if (language == Chinese)
                word += i < 2 ? utf8(0x4e00 + m_random.below(3500)) : "";
            else
                word += kSyllables[m_random.below(std::uint32_t(kSyllables.size()))];
        }
        if (language == German)
            word += m_random.below(2) ? "größe" : "ung";
        if (language == Spanish)
            word += m_random.below(2) ? "ción" : "o";
        return word;
    }

    Random m_random;
    std::vector<double> m_upTo;
};

const std::vector<Vocabulary> &vocabularies()
{
    static const std::vector<Vocabulary> all{English, German, Arabic, Chinese, Spanish};
    return all;
}

std::string sentence(Random &random, Language language, int words)
{
    std::string text;
    const Vocabulary &vocabulary = vocabularies()[language];
    for (int i = 0; i < words; ++i) {
        if (i > 0 && language != Chinese)
            text += ' ';
        text += vocabulary.draw(random);
        if (random.below(60) == 0)
            text += " JK-" + std::to_string(10'000 + random.below(90'000));
        if (random.below(12) == 0)
            text += language == Chinese ? "。" : ".";
    }
    return text;
}

struct Closer {
    void operator()(std::FILE *file) const { std::fclose(file); }
};

} // namespace

Result<void> writeHistory(const std::string &path, std::int64_t messages, std::int64_t newestMs)
{
    static constexpr std::array kChannels{"email",    "whatsapp", "messenger", "instagram",
                                          "telegram", "wechat",   "sms",       "webchat"};
    struct Thread {
        std::uint32_t customer = 0, channel = 0, agent = 0, number = 0;
        int left = 0;
        bool inbound = true;
    };
    const std::unique_ptr<std::FILE, Closer> file(std::fopen(path.c_str(), "w"));
    if (!file)
        return failure(Error::Kind::Failed, "cannot write " + path);
    Random random(20261126);
    const auto customers = std::uint32_t(std::max<std::int64_t>(1, messages / 30));
    std::vector<Thread> open(std::min<std::uint32_t>(400, customers / 5 + 1));
    // All of it is what a first copy brings by itself, so that a desktop has as many items as the hub.
    const std::int64_t span = 85LL * 86'400'000;
    std::vector<bool> hasWritten(customers);
    std::uint32_t threads = 0;
    for (std::int64_t i = 0; i < messages; ++i) {
        Thread &thread = open[random.below(std::uint32_t(open.size()))];
        if (thread.left == 0) {
            // A few customers write much, most little; one of a large shop writes all the time, like a marketplace.
            const bool endless = messages >= 500'000 && random.below(16) == 0;
            thread.customer = endless ? 0 : std::uint32_t(std::pow(random.unit(), 2.0) * customers);
            thread.channel = random.below(10) < 7 ? thread.customer % 8 : random.below(8);
            thread.agent = random.below(50);
            thread.number = ++threads;
            hasWritten[thread.customer] = true;
            thread.left = 1;
            while (thread.left < 60 && random.below(8) > 0)
                ++thread.left;
            thread.inbound = true;
        }
        --thread.left;
        const bool inbound = std::exchange(thread.inbound, random.below(10) < 6 ? !thread.inbound : thread.inbound);
        const bool mail = thread.channel == 0;
        const auto language = Language(thread.customer % 10 < 6 ? 0 : 1 + thread.customer % 4);
        const std::string body = sentence(random, language, mail ? 20 + int(random.below(80)) : 4 + int(random.below(20)));
        const std::string subject = mail ? sentence(random, language, 3 + int(random.below(5))) : std::string();
        const std::int64_t at = newestMs - span + std::int64_t(double(span) * double(i) / double(messages));
        std::string handle = thread.customer % 2 ? "+4915" + std::to_string(10'000'000 + thread.customer * 37 % 89'999'999)
                                                 : "c" + std::to_string(thread.customer) + "@customer.example";
        if (std::fprintf(file.get(),
                         "{\"message_id\":\"b%lld\",\"customer_handle\":\"%s\",\"customer_name\":\"Customer %u\","
                         "\"customer_key\":\"c%u\",\"channel\":\"%s\","
                         "\"conversation_key\":\"t%u\",\"direction\":\"%s\",\"author\":\"%s\",\"at_ms\":%lld,"
                         "\"status\":\"%s\",\"subject\":\"%s\",\"body\":\"%s\"}\n",
                         static_cast<long long>(i), handle.c_str(), thread.customer, thread.customer,
                         kChannels[thread.channel], thread.number, inbound ? "in" : "out", inbound ? "customer" : "Agent",
                         static_cast<long long>(at), i > messages - 20'000 && thread.number % 3 ? "open" : "resolved",
                         subject.c_str(), body.c_str())
            < 0)
            return failure(Error::Kind::Failed, "cannot write " + path);
    }
    // One in six was found to be somebody else: most of them one each, one in ten together with four others.
    for (std::uint32_t n = 0; n < customers / 6; ++n) {
        const std::uint32_t from = customers - 1 - n, into = n % 10 == 0 ? n / 50 : n;
        if (!hasWritten[from] || !hasWritten[into])
            continue;
        if (std::fprintf(file.get(),
                         "{\"type\":\"link\",\"customer_key\":\"c%u\",\"other_customer_key\":\"c%u\",\"at_ms\":%lld}\n",
                         from, into, static_cast<long long>(newestMs))
            < 0)
            return failure(Error::Kind::Failed, "cannot write " + path);
    }
    return {};
}

std::vector<Search> searches()
{
    Random random(7);
    std::vector<Search> all;
    const auto &english = vocabularies()[English].words;
    const auto from = [&random](const std::vector<std::string> &words, std::uint32_t first, std::uint32_t count) {
        return words[first + random.below(count)];
    };
    for (int i = 0; i < 20; ++i) {
        all.push_back({"common", from(english, 0, 40)});
        all.push_back({"mid", from(english, 300, 3'000)});
        all.push_back({"rare", from(english, 8'000, 30'000)});
        all.push_back({"prefix", from(english, 60, 4'000).substr(0, 3)});
        all.push_back({"two words", from(english, 20, 200) + " " + from(english, 20, 2'000)});
        all.push_back({"typing", from(english, 20, 200) + " " + from(english, 60, 2'000).substr(0, 2)});
        all.push_back({"no hit", from(english, 300, 3'000) + "xq"});
        all.push_back({"german", from(vocabularies()[German].words, 0, 300)});
        all.push_back({"arabic", from(vocabularies()[Arabic].words, 0, 300)});
        all.push_back({"chinese", from(vocabularies()[Chinese].words, 10, 100)});
    }
    return all;
}

} // namespace tributary::bench
