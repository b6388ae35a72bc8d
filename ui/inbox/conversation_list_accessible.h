#pragma once

namespace tributary::ui {

/// Makes conversation lists speak: a List whose items are made on demand (UX 10, 13). Once is enough; more does no harm.
void installConversationListAccessibility();

} // namespace tributary::ui
