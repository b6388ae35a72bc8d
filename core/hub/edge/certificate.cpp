#include "core/hub/edge/certificate.h"

#include "core/base/bytes.h"

#include <arpa/inet.h>
#include <array>
#include <memory>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace tributary::edge {
namespace {

template<auto Free>
struct Freeing {
    template<class T>
    void operator()(T *object) const
    {
        Free(object);
    }
};
using Bio = std::unique_ptr<BIO, Freeing<BIO_free_all>>;
using Key = std::unique_ptr<EVP_PKEY, Freeing<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freeing<X509_free>>;
using Names = std::unique_ptr<GENERAL_NAMES, Freeing<GENERAL_NAMES_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freeing<X509_EXTENSION_free>>;

constexpr std::chrono::days kBefore{1}; ///< Clocks of other computers may be behind.
constexpr std::chrono::days kGood{25 * 365};
constexpr std::size_t kMostNames = 100;

std::string textOf(BIO *bio)
{
    char *data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return std::string(data, std::size_t(size));
}

/// An address as its bytes, or nothing for a host name.
std::string addressBytes(const std::string &name)
{
    std::array<char, 16> bytes{};
    if (inet_pton(AF_INET, name.c_str(), bytes.data()) == 1)
        return {bytes.data(), 4};
    if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1)
        return {bytes.data(), 16};
    return {};
}

Names alternativeNames(const std::vector<std::string> &names)
{
    Names all(GENERAL_NAMES_new());
    for (const std::string &name : names) {
        if (name.empty() || std::size_t(sk_GENERAL_NAME_num(all.get())) >= kMostNames)
            continue;
        const std::string address = addressBytes(name);
        ASN1_STRING *value = address.empty() ? ASN1_IA5STRING_new() : ASN1_OCTET_STRING_new();
        const std::string &content = address.empty() ? name : address;
        ASN1_STRING_set(value, content.data(), int(content.size()));
        GENERAL_NAME *one = GENERAL_NAME_new();
        GENERAL_NAME_set0_value(one, address.empty() ? GEN_DNS : GEN_IPADD, value);
        sk_GENERAL_NAME_push(all.get(), one);
    }
    return all;
}

bool addExtension(X509 *certificate, int name, const char *value)
{
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, name, value));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

} // namespace

Result<std::string> fingerprintOf(const std::string &certificatePem)
{
    const Bio text(BIO_new_mem_buf(certificatePem.data(), int(certificatePem.size())));
    const Certificate certificate(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
    std::array<std::byte, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (!certificate
        || X509_digest(certificate.get(), EVP_sha256(), reinterpret_cast<unsigned char *>(digest.data()), &size) != 1)
        return failure(Error::Kind::Invalid, "there is no certificate in PEM form");
    std::string fingerprint;
    for (unsigned i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        const auto value = std::to_integer<unsigned>(digest[i]);
        fingerprint += i == 0 ? "" : ":";
        fingerprint += digits[value >> 4];
        fingerprint += digits[value & 15];
    }
    return fingerprint;
}

Result<Tls> makeCertificate(const std::vector<std::string> &names, TimePoint now)
{
    const auto failed = [](const char *what) {
        return failure(Error::Kind::Failed, std::string("a certificate cannot be made: ") + what);
    };
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    if (!key || !certificate || names.empty())
        return failed("no key");
    std::array<unsigned char, 16> serial{};
    if (RAND_bytes(serial.data(), serial.size()) != 1)
        return failed("no random number");
    serial[0] = (serial[0] & 0x7f) | 0x40; // positive, and of one length (RFC 5280, 4.1.2.2)
    std::unique_ptr<BIGNUM, Freeing<BN_free>> number(BN_bin2bn(serial.data(), serial.size(), nullptr));
    BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
    X509_set_version(certificate.get(), X509_VERSION_3);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now).time_since_epoch();
    ASN1_TIME_set(X509_getm_notBefore(certificate.get()), time_t((seconds - kBefore).count()));
    ASN1_TIME_set(X509_getm_notAfter(certificate.get()), time_t((seconds + kGood).count()));
    X509_set_pubkey(certificate.get(), key.get());
    X509_NAME *subject = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, reinterpret_cast<const unsigned char *>("Tributary hub"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), subject);
    const Names all = alternativeNames(names);
    const bool extended = X509_add1_ext_i2d(certificate.get(), NID_subject_alt_name, all.get(), 0, 0) == 1
                          && addExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE")
                          && addExtension(certificate.get(), NID_key_usage, "critical,digitalSignature")
                          && addExtension(certificate.get(), NID_ext_key_usage, "serverAuth");
    if (!extended || X509_sign(certificate.get(), key.get(), EVP_sha256()) == 0)
        return failed("it cannot be signed");
    const Bio certificateText(BIO_new(BIO_s_mem())), keyText(BIO_new(BIO_s_mem()));
    if (PEM_write_bio_X509(certificateText.get(), certificate.get()) != 1
        || PEM_write_bio_PrivateKey(keyText.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
        return failed("it cannot be written");
    return Tls{textOf(certificateText.get()), textOf(keyText.get())};
}

} // namespace tributary::edge
