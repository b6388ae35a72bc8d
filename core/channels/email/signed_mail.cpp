#include "core/channels/email/signed_mail.h"

#include <limits>
#include <memory>
#include <openssl/bio.h>
#include <openssl/cms.h>
#include <openssl/err.h>

namespace tributary::channels::email {

std::optional<std::string> contentOfSigned(std::string_view der)
{
    if (der.size() > std::size_t(std::numeric_limits<int>::max()))
        return std::nullopt;
    const std::unique_ptr<BIO, decltype(&BIO_free)> source(BIO_new_mem_buf(der.data(), int(der.size())), &BIO_free);
    const std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)> message(
        source ? d2i_CMS_bio(source.get(), nullptr) : nullptr, &CMS_ContentInfo_free);
    ERR_clear_error(); // nobody else's business
    if (!message || OBJ_obj2nid(CMS_get0_type(message.get())) != NID_pkcs7_signed)
        return std::nullopt;
    ASN1_OCTET_STRING **content = CMS_get0_content(message.get());
    if (!content || !*content)
        return std::nullopt;
    const unsigned char *bytes = ASN1_STRING_get0_data(*content);
    return std::string(reinterpret_cast<const char *>(bytes), std::size_t(ASN1_STRING_length(*content)));
}

} // namespace tributary::channels::email
