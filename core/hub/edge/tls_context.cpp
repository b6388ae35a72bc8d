#include "core/hub/edge/tls_context.h"

#include <utility> // Boost.Asio 1.74 forgets it

#include <boost/asio/buffer.hpp>
#include <boost/asio/ssl/context.hpp>
#include <openssl/ssl.h>

namespace tributary::edge {

namespace ssl = boost::asio::ssl;

Result<std::shared_ptr<ssl::context>> makeTlsContext(const Tls &tls)
{
    auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
    boost::system::error_code error;
    if (SSL_CTX_set_min_proto_version(context->native_handle(), TLS1_2_VERSION) != 1)
        return failure(Error::Kind::Failed, "TLS 1.2 is not available");
    SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    SSL_CTX_set_mode(context->native_handle(), SSL_MODE_RELEASE_BUFFERS); // 34 KiB less an idle connection
    context->use_certificate_chain(boost::asio::buffer(tls.certificatePem), error);
    if (error)
        return failure(Error::Kind::Invalid, "the TLS certificate cannot be read: " + error.message());
    context->use_private_key(boost::asio::buffer(tls.keyPem), ssl::context::pem, error);
    if (error || SSL_CTX_check_private_key(context->native_handle()) != 1)
        return failure(Error::Kind::Invalid, "the TLS key cannot be read or does not belong to the certificate");
    return context;
}

} // namespace tributary::edge
