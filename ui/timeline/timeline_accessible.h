#pragma once

namespace tributary::ui {

/// Makes Qt describe every TimelineView to screen readers as a list whose children are its rows. Once is enough; more does
/// no harm.
void installTimelineAccessibility();

} // namespace tributary::ui
