#include "core/hub/edge/response.h"

#include "core/hub/edge/handler.h"

namespace tributary::edge {

Response Response::text(int status, std::string body, std::string type)
{
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.headers.add("Content-Type", std::move(type));
    return response;
}

Response Response::json(int status, std::string body)
{
    return text(status, std::move(body), "application/json");
}

Response Response::empty(int status)
{
    Response response;
    response.status = status;
    return response;
}

Response Response::ofFile(FileBody file, std::string type)
{
    Response response;
    response.file = std::move(file);
    response.headers.add("Content-Type", std::move(type));
    return response;
}

Response errorResponse(int status, std::string_view requestId)
{
    std::string body = R"({"error":{"status":)" + std::to_string(status) + R"(,"message":")";
    body += reasonPhrase(status);
    body += R"(","id":")";
    body += requestId;
    body += R"("}})";
    return Response::json(status, std::move(body));
}

UpgradeDecision UpgradeDecision::accept(std::shared_ptr<SocketEvents> events, std::string subprotocol)
{
    UpgradeDecision decision;
    decision.events = std::move(events);
    decision.subprotocol = std::move(subprotocol);
    return decision;
}

UpgradeDecision UpgradeDecision::deny(Response denial)
{
    UpgradeDecision decision;
    decision.denial = std::move(denial);
    return decision;
}

std::string_view reasonPhrase(int status)
{
    switch (status) {
    case 100: return "Continue";
    case 101: return "Switching Protocols";
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Range Not Satisfiable";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "Status";
    }
}

} // namespace tributary::edge
