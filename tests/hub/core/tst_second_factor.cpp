// Six digits that change every half minute, and the codes for whoever has lost them.
#include "core/hub/second_factor.h"
#include "tests/hub/core/hub_under_test.h"

#include <liboath/oath.h>

using namespace tributary;
using namespace tributary::hub;

namespace {

/// Gives the secret of RFC 6238, appendix B: the digits 1 to 9 and 0, again and again.
class KnownRng final : public Rng {
public:
    void fill(std::span<std::byte> bytes) override
    {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            bytes[i] = std::byte('0' + (m_at++ + 1) % 10);
    }

private:
    std::size_t m_at = 0;
};

TimePoint at(qint64 seconds)
{
    return fromMs(seconds * 1000);
}

} // namespace

class TestSecondFactor : public QObject {
    Q_OBJECT
private slots:
    void init()
    {
        m_hub = std::make_unique<HubUnderTest>();
        m_secrets =
            std::make_unique<Secrets>(HubUnderTest::must(Secrets::open(m_hub->folder.path().toStdString(), m_hub->rng)));
    }
    void codesAreThoseOfTheStandard_data();
    void codesAreThoseOfTheStandard();
    void countsOnceConfirmed();
    void eachCodeWorksOnce();
    void clocksMayDiffer_data();
    void clocksMayDiffer();
    void recoveryCodesWorkOnce();
    void theSecretIsSealed();
    void isOfItsAgentAlone();

private:
    /// Enrols Mara with the standard's secret; the time is 1000000000 then.
    std::vector<std::string> enrol()
    {
        KnownRng rng;
        HubUnderTest::must(beginSecondFactor(*m_hub->database, *m_secrets, rng, m_hub->mara, "Juniper & Kiln"));
        return HubUnderTest::must(confirmSecondFactor(*m_hub->database, *m_secrets, m_hub->rng, m_hub->mara.id,
                                                      codeAt(1'000'000'000), at(1'000'000'000)));
    }
    static std::string codeAt(qint64 seconds)
    {
        const std::string secret = "12345678901234567890";
        char code[7] = {};
        if (oath_totp_generate(secret.data(), secret.size(), seconds, 30, 0, 6, code) != OATH_OK)
            qFatal("no code");
        return code;
    }
    bool take(const std::string &code, qint64 seconds)
    {
        return HubUnderTest::must(takeCode(*m_hub->database, *m_secrets, m_hub->mara.id, code, at(seconds)));
    }
    std::unique_ptr<HubUnderTest> m_hub;
    std::unique_ptr<Secrets> m_secrets;
};

/// RFC 6238, appendix B: the last six of their eight digits.
void TestSecondFactor::codesAreThoseOfTheStandard_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("code");
    QTest::newRow("1111111109") << 1'111'111'109ll << "081804";
    QTest::newRow("1111111111") << 1'111'111'111ll << "050471";
    QTest::newRow("1234567890") << 1'234'567'890ll << "005924";
    QTest::newRow("2000000000") << 2'000'000'000ll << "279037";
    QTest::newRow("20000000000") << 20'000'000'000ll << "353130";
    QTest::newRow("as people type it") << 2'000'000'000ll << " 279 037 ";
}

void TestSecondFactor::codesAreThoseOfTheStandard()
{
    QFETCH(const qint64, seconds);
    QFETCH(const QString, code);
    enrol();
    QVERIFY(take(code.toStdString(), seconds));
}

void TestSecondFactor::countsOnceConfirmed()
{
    KnownRng rng;
    store::Database &database = *m_hub->database;
    const auto made = HubUnderTest::must(beginSecondFactor(database, *m_secrets, rng, m_hub->mara, "Juniper & Kiln"));
    QCOMPARE(made.secret, std::string("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    QCOMPARE(made.uri, std::string("otpauth://totp/Juniper%20%26%20Kiln:mara@shop.test"
                                   "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Juniper%20%26%20Kiln"));
    QVERIFY(!*hasSecondFactor(database, m_hub->mara.id));
    QVERIFY(!take(codeAt(1000), 1000)); // begun is not confirmed
    const auto wrong = confirmSecondFactor(database, *m_secrets, m_hub->rng, m_hub->mara.id, "000000", at(1000));
    QVERIFY(wrong.error().kind == Error::Kind::Denied);
    QVERIFY(!*hasSecondFactor(database, m_hub->mara.id));
    HubUnderTest::must(confirmSecondFactor(database, *m_secrets, m_hub->rng, m_hub->mara.id, codeAt(1000), at(1000)));
    QVERIFY(*hasSecondFactor(database, m_hub->mara.id));
    // Whoever sits at an unlocked desktop does not replace it.
    QVERIFY(beginSecondFactor(database, *m_secrets, rng, m_hub->mara, "").error().kind == Error::Kind::Conflict);
    HubUnderTest::must(endSecondFactor(database, m_hub->mara.id));
    QVERIFY(!*hasSecondFactor(database, m_hub->mara.id));
    QCOMPARE(*recoveryCodesLeft(database, m_hub->mara.id), 0);
}

void TestSecondFactor::eachCodeWorksOnce()
{
    enrol();
    QVERIFY(!take(codeAt(1'000'000'000), 1'000'000'000)); // it has confirmed already
    QVERIFY(take(codeAt(2'000'000'000), 2'000'000'000));
    QVERIFY(!take(codeAt(2'000'000'000), 2'000'000'000));
    QVERIFY(!take(codeAt(2'000'000'000), 2'000'000'020)); // nor a step later
    QVERIFY(!take(codeAt(1'999'999'980), 2'000'000'000)); // nor one from before
    QVERIFY(take(codeAt(2'000'000'030), 2'000'000'030));
}

void TestSecondFactor::clocksMayDiffer_data()
{
    QTest::addColumn<qint64>("off");
    QTest::addColumn<bool>("good");
    QTest::newRow("a minute behind") << -60ll << false;
    QTest::newRow("half a minute behind") << -30ll << true;
    QTest::newRow("right") << 0ll << true;
    QTest::newRow("half a minute ahead") << 30ll << true;
    QTest::newRow("a minute ahead") << 60ll << false;
}

void TestSecondFactor::clocksMayDiffer()
{
    QFETCH(const qint64, off);
    enrol();
    QTEST(take(codeAt(2'000'000'000 + off), 2'000'000'000), "good");
}

void TestSecondFactor::recoveryCodesWorkOnce()
{
    const auto codes = enrol();
    QCOMPARE(codes.size(), std::size_t(8));
    QCOMPARE(std::set<std::string>(codes.begin(), codes.end()).size(), std::size_t(8));
    QCOMPARE(codes[0].size(), std::size_t(19)); // XXXX-XXXX-XXXX-XXXX
    QVERIFY(take(codes[3], 2'000'000'000));
    QVERIFY(!take(codes[3], 2'000'000'000));
    QCOMPARE(*recoveryCodesLeft(*m_hub->database, m_hub->mara.id), 7);
    std::string typed = codes[5];
    std::erase(typed, '-');
    std::ranges::transform(typed, typed.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    QVERIFY(take(typed, 2'000'000'000));
    QVERIFY(!take("", 2'000'000'000));
    QVERIFY(!take("AAAA-AAAA-AAAA-AAAA", 2'000'000'000));
    for (const std::string &code : codes)
        QCOMPARE(m_hub->number("SELECT count(*) FROM recovery_code WHERE instr(code_hash, '" + code + "') > 0"), 0);
}

/// Whoever has the database alone makes no codes.
void TestSecondFactor::theSecretIsSealed()
{
    enrol();
    QCOMPARE(m_hub->number("SELECT count(*) FROM second_factor WHERE instr(sealed, '1234567890') > 0"), 0);
    QCOMPARE(m_hub->number("SELECT count(*) FROM second_factor WHERE instr(lower(hex(sealed)), '3132333435') > 0"), 0);
    QTemporaryDir other;
    const Secrets theirs = HubUnderTest::must(Secrets::open(other.path().toStdString(), m_hub->rng));
    QVERIFY(!takeCode(*m_hub->database, theirs, m_hub->mara.id, codeAt(2'000'000'000), at(2'000'000'000)));
}

void TestSecondFactor::isOfItsAgentAlone()
{
    const auto codes = enrol();
    store::Database &database = *m_hub->database;
    QVERIFY(!*hasSecondFactor(database, m_hub->tom.id));
    QVERIFY(!*takeCode(database, *m_secrets, m_hub->tom.id, codeAt(2'000'000'000), at(2'000'000'000)));
    QVERIFY(!*takeCode(database, *m_secrets, m_hub->tom.id, codes[0], at(2'000'000'000)));
    HubUnderTest::must(endSecondFactor(database, m_hub->tom.id));
    QVERIFY(*hasSecondFactor(database, m_hub->mara.id));
}

QTEST_GUILESS_MAIN(TestSecondFactor)
#include "tst_second_factor.moc"
