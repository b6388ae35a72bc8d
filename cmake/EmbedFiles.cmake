# embed_files(TARGET name NAMESPACE ns::of::it HEADER path/of/header.h BASE folder FILES a.sql b/c.sql ...)
#
# Compiles text files into TARGET: each becomes a `const std::string_view`, declared in a generated header that is included as
# HEADER. The name is the path below BASE without its extension, every other character an underscore: `b/c.sql` is `b_c`.
# Also `kFiles`, an array of {path, text} in the order given, for tests and migrations. The texts are in a source file beside
# the header: one that is edited has nobody compiled anew who includes that.
set(EMBED_FILES_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_files_script.cmake)

function(embed_files)
    cmake_parse_arguments(EMBED "" "TARGET;NAMESPACE;HEADER;BASE" "FILES" ${ARGN})
    set(header ${CMAKE_BINARY_DIR}/generated/${EMBED_HEADER})
    string(REGEX REPLACE "\\.h$" ".cpp" source ${header})
    set(paths)
    foreach(file ${EMBED_FILES})
        list(APPEND paths ${EMBED_BASE}/${file})
    endforeach()
    string(REPLACE ";" "|" joined "${EMBED_FILES}")
    add_custom_command(
        OUTPUT ${source}
        BYPRODUCTS ${header} # left as it is, and as old, while the names are the same
        COMMAND ${CMAKE_COMMAND} -DHEADER=${header} -DSOURCE=${source} -DINCLUDED=${EMBED_HEADER} -DNAMESPACE=${EMBED_NAMESPACE} -DBASE=${EMBED_BASE}
                "-DFILES=${joined}" -P ${EMBED_FILES_SCRIPT}
        DEPENDS ${paths} ${EMBED_FILES_SCRIPT}
        VERBATIM)
    target_sources(${EMBED_TARGET} PRIVATE ${source})
endfunction()
