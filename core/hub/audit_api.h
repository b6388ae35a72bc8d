#pragma once

#include "core/hub/audit.h"
#include "core/hub/edge/handler.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"

namespace tributary::hub {

/// `GET /audit`: a page of the audit log, the newest first, with the token of somebody who may see it. Parameters, each
/// optional: `before` (an entry's number), `person` (an agent's id), `kind`, `from` and `until` (milliseconds since 1970),
/// `text`, and `export`, which notes that a table is made of it. The answer is `{"entries": […], "next": n}`; without `next`
/// there is no more. On the loop; the store is read by a thread of its own, for a search may have to look at all of it.
class AuditApi {
public:
    AuditApi(HubStore &store, Loop &loop);
    ~AuditApi();

    void request(const edge::Request &request, edge::Responder responder);

private:
    void read(const AuditQuery &query, std::shared_ptr<edge::Responder> answer);

    HubStore &m_store;
    Loop &m_loop;
    std::unique_ptr<store::Reader> m_reader; ///< Opened when somebody asks.
};

} // namespace tributary::hub
