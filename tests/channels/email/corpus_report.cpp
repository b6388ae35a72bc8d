#include "core/channels/email/mail_classify.h"
#include "core/channels/email/mail_envelope.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

/// corpus_report FOLDER: reads every file below FOLDER as a mail and prints what was found: kinds, defects, times. Run by
/// hand on real collections; exits 1 if any mail gave an envelope that breaks a promise of channel_driver.h.
namespace {

using namespace tributary;
using namespace tributary::channels;
using namespace tributary::channels::email;

std::string contentOf(const std::filesystem::path &path)
{
    std::ifstream in(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return std::move(bytes).str();
}

/// What is wrong with an envelope, or nothing.
const char *brokenPromise(const InboundEnvelope &envelope)
{
    const auto valid = [](const std::string &value) {
        return text::isValidUtf8(value) && value.find('\0') == std::string::npos;
    };
    if (envelope.externalId.empty())
        return "no external id";
    if (envelope.sender.address.empty())
        return "no sender";
    if (!valid(envelope.text) || !valid(envelope.html) || !valid(envelope.subject) || !valid(envelope.sender.name)
        || !valid(envelope.sender.shown))
        return "text that is not valid UTF-8";
    for (const InboundAttachment &file : envelope.attachments) {
        if (file.name.empty() || !valid(file.name) || file.name.find('/') != std::string::npos)
            return "an unsafe file name";
    }
    for (const auto &[key, value] : envelope.details) {
        if (!valid(value))
            return "details that are not valid UTF-8";
    }
    return nullptr;
}

void print(const char *title, const std::map<std::string, int> &counts)
{
    std::printf("%s\n", title);
    std::vector<std::pair<std::string, int>> rows(counts.begin(), counts.end());
    std::ranges::sort(rows, std::ranges::greater(), &std::pair<std::string, int>::second);
    for (const auto &[what, count] : rows)
        std::printf("  %6d  %s\n", count, what.c_str());
}

} // namespace

int main(int argc, char **argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: corpus_report FOLDER\n");
        return 2;
    }
    std::map<std::string, int> defects, kinds;
    int mails = 0, withDefects = 0, withoutText = 0, broken = 0, files = 0;
    std::size_t bytes = 0;
    double slowestMs = 0, totalMs = 0;
    std::string slowest;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(argv[1])) {
        if (!entry.is_regular_file())
            continue;
        const auto raw = std::make_shared<const std::string>(contentOf(entry.path()));
        const auto begin = std::chrono::steady_clock::now();
        const ParsedMail mail = parseMail(raw);
        const InboundEnvelope envelope = toEnvelope(mail, {.ownAddresses = {"support@tributary.test"}}, fromMs(0));
        const double took = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
        ++mails;
        bytes += raw->size();
        totalMs += took;
        if (took > slowestMs) {
            slowestMs = took;
            slowest = entry.path().filename();
        }
        withDefects += mail.defects.empty() ? 0 : 1;
        withoutText += mail.text.empty() && mail.parts.empty() ? 1 : 0;
        files += int(envelope.attachments.size());
        ++kinds[name(classify(mail).kind)];
        for (const std::string &defect : mail.defects)
            ++defects[defect];
        if (const char *promise = brokenPromise(envelope)) {
            ++broken;
            std::printf("%s: %s\n", entry.path().c_str(), promise);
        }
    }
    std::printf("%d mails, %.1f MB, %.0f ms in all, %.2f ms a mail, slowest %.1f ms (%s)\n", mails, double(bytes) / 1e6,
                totalMs, mails > 0 ? totalMs / mails : 0, slowestMs, slowest.c_str());
    std::printf("%d with defects, %d with neither text nor files, %d files, %d broken promises\n", withDefects, withoutText,
                files, broken);
    print("kinds", kinds);
    print("defects", defects);
    return broken == 0 ? 0 : 1;
}
