# embed_files(TARGET name NAMESPACE ns::of::it HEADER path/of/header.h BASE folder FILES a.sql b/c.sql ...)
#
# Compiles text files into TARGET: each becomes `inline constexpr std::string_view` in a generated header that is included as
# HEADER. The name is the path below BASE without its extension, every other character an underscore: `b/c.sql` is `b_c`.
# Also defines `kFiles`, an array of {path, text} in the order given, for tests and migrations.
set(EMBED_FILES_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_files_script.cmake)

function(embed_files)
    cmake_parse_arguments(EMBED "" "TARGET;NAMESPACE;HEADER;BASE" "FILES" ${ARGN})
    set(header ${CMAKE_BINARY_DIR}/generated/${EMBED_HEADER})
    set(paths)
    foreach(file ${EMBED_FILES})
        list(APPEND paths ${EMBED_BASE}/${file})
    endforeach()
    string(REPLACE ";" "|" joined "${EMBED_FILES}")
    add_custom_command(
        OUTPUT ${header}
        COMMAND ${CMAKE_COMMAND} -DHEADER=${header} -DNAMESPACE=${EMBED_NAMESPACE} -DBASE=${EMBED_BASE}
                "-DFILES=${joined}" -P ${EMBED_FILES_SCRIPT}
        DEPENDS ${paths} ${EMBED_FILES_SCRIPT}
        VERBATIM)
    target_sources(${EMBED_TARGET} PRIVATE ${header})
endfunction()
