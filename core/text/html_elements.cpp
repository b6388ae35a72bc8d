#include "core/text/html_elements.h"

namespace tributary::text {

ElementRule ruleOf(GumboTag tag)
{
    const auto block = [](const char *name) { return ElementRule{Treatment::Keep, name, true}; };
    const auto inlined = [](const char *name) { return ElementRule{Treatment::Keep, name, false}; };
    switch (tag) {
    case GUMBO_TAG_P: return block("p");
    case GUMBO_TAG_UL:
    case GUMBO_TAG_MENU:
    case GUMBO_TAG_DIR: return block("ul");
    case GUMBO_TAG_OL: return block("ol");
    case GUMBO_TAG_LI: return block("li");
    case GUMBO_TAG_BLOCKQUOTE: return block("blockquote");
    case GUMBO_TAG_PRE:
    case GUMBO_TAG_LISTING:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_PLAINTEXT: return block("pre");
    case GUMBO_TAG_TABLE: return block("table");
    case GUMBO_TAG_THEAD: return block("thead");
    case GUMBO_TAG_TBODY:
    case GUMBO_TAG_TFOOT: return block("tbody");
    case GUMBO_TAG_TR: return block("tr");
    case GUMBO_TAG_TD: return block("td");
    case GUMBO_TAG_TH: return block("th");
    case GUMBO_TAG_H1: return block("h1");
    case GUMBO_TAG_H2: return block("h2");
    case GUMBO_TAG_H3: return block("h3");
    case GUMBO_TAG_H4: return block("h4");
    case GUMBO_TAG_H5: return block("h5");
    case GUMBO_TAG_H6: return block("h6");
    case GUMBO_TAG_HR: return block("hr");
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_ASIDE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_NAV:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_DL:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_FIGURE:
    case GUMBO_TAG_FIGCAPTION:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_LEGEND:
    case GUMBO_TAG_DETAILS:
    case GUMBO_TAG_SUMMARY:
    case GUMBO_TAG_FORM:
    case GUMBO_TAG_HGROUP:
    case GUMBO_TAG_CAPTION: return block("div");
    case GUMBO_TAG_BR: return inlined("br");
    case GUMBO_TAG_IMG:
    case GUMBO_TAG_IMAGE: return inlined("img");
    case GUMBO_TAG_A: return inlined("a");
    case GUMBO_TAG_B: return inlined("b");
    case GUMBO_TAG_STRONG: return inlined("strong");
    case GUMBO_TAG_I:
    case GUMBO_TAG_CITE:
    case GUMBO_TAG_VAR:
    case GUMBO_TAG_DFN: return inlined("i");
    case GUMBO_TAG_EM: return inlined("em");
    case GUMBO_TAG_U:
    case GUMBO_TAG_INS: return inlined("u");
    case GUMBO_TAG_S:
    case GUMBO_TAG_STRIKE:
    case GUMBO_TAG_DEL: return inlined("s");
    case GUMBO_TAG_SUB: return inlined("sub");
    case GUMBO_TAG_SUP: return inlined("sup");
    case GUMBO_TAG_CODE:
    case GUMBO_TAG_TT:
    case GUMBO_TAG_SAMP:
    case GUMBO_TAG_KBD: return inlined("code");
    case GUMBO_TAG_SPAN:
    case GUMBO_TAG_FONT:
    case GUMBO_TAG_BDO:
    case GUMBO_TAG_BDI: return inlined("span");
    case GUMBO_TAG_HEAD:
    case GUMBO_TAG_TITLE:
    case GUMBO_TAG_BASE:
    case GUMBO_TAG_LINK:
    case GUMBO_TAG_META:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_NOSCRIPT:
    case GUMBO_TAG_TEMPLATE:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_FRAME:
    case GUMBO_TAG_FRAMESET:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_EMBED:
    case GUMBO_TAG_OBJECT:
    case GUMBO_TAG_PARAM:
    case GUMBO_TAG_APPLET:
    case GUMBO_TAG_VIDEO:
    case GUMBO_TAG_AUDIO:
    case GUMBO_TAG_SOURCE:
    case GUMBO_TAG_TRACK:
    case GUMBO_TAG_CANVAS:
    case GUMBO_TAG_MAP:
    case GUMBO_TAG_AREA:
    case GUMBO_TAG_INPUT:
    case GUMBO_TAG_SELECT:
    case GUMBO_TAG_OPTION:
    case GUMBO_TAG_OPTGROUP:
    case GUMBO_TAG_TEXTAREA:
    case GUMBO_TAG_KEYGEN:
    case GUMBO_TAG_DATALIST:
    case GUMBO_TAG_COL:
    case GUMBO_TAG_COLGROUP:
    case GUMBO_TAG_BGSOUND:
    case GUMBO_TAG_ISINDEX:
    case GUMBO_TAG_RP: return {Treatment::Drop};
    default: return {Treatment::Unwrap};
    }
}

} // namespace tributary::text
