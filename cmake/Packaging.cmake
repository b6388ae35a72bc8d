# What `make install` and the Debian packages hold: `tributary` (the desktop, which can start a hub of its own) and
# `tributary-hub` (the server with its service). Included last by the root CMakeLists.txt; `./dev package` runs cpack.
include(GNUInstallDirs)

set(packaging ${CMAKE_SOURCE_DIR}/packaging)
set(components)

if(TARGET tributary-hub)
    list(APPEND components hub)
    install(TARGETS tributary-hub RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT hub)
    install(FILES ${packaging}/tributary-hub.service DESTINATION lib/systemd/system COMPONENT hub)
    install(FILES ${CMAKE_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tributary-hub COMPONENT hub)
    install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tributary-hub COMPONENT hub)
    install(DIRECTORY ${CMAKE_SOURCE_DIR}/resources/demo DESTINATION ${CMAKE_INSTALL_DATADIR}/tributary COMPONENT hub)
endif()

if(TARGET tributary)
    list(APPEND components desktop)
    install(TARGETS tributary RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT desktop)
    install(FILES ${packaging}/tributary.desktop DESTINATION ${CMAKE_INSTALL_DATADIR}/applications COMPONENT desktop)
    install(FILES ${packaging}/io.github.tributary.Tributary.metainfo.xml
            DESTINATION ${CMAKE_INSTALL_DATADIR}/metainfo COMPONENT desktop)
    install(FILES ${packaging}/io.github.tributary.Tributary.svg
            DESTINATION ${CMAKE_INSTALL_DATADIR}/icons/hicolor/scalable/apps COMPONENT desktop)
    install(FILES ${packaging}/copyright DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/tributary COMPONENT desktop)
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME tributary)
set(CPACK_PACKAGE_VENDOR "The Tributary project")
set(CPACK_PACKAGE_CONTACT "The Tributary maintainers <maintainers@tributary.example>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "help desk with one timeline for each customer")
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)
set(CPACK_COMPONENTS_ALL ${components})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ONE_PER_GROUP)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SECTION net)

set(CPACK_DEBIAN_DESKTOP_PACKAGE_NAME tributary)
set(CPACK_COMPONENT_DESKTOP_DESCRIPTION
    "Answer mail and web chat from one timeline a customer, also with the network gone.")
# Named by hand because no library pulls them in: the faces, the SVG icons, and the hub for `start a hub on this computer`.
set(CPACK_DEBIAN_DESKTOP_PACKAGE_DEPENDS "fonts-inter, libqt6svg6, tributary-hub (= ${PROJECT_VERSION}-1)")
set(CPACK_DEBIAN_DESKTOP_PACKAGE_RECOMMENDS "fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji")

set(CPACK_DEBIAN_HUB_PACKAGE_NAME tributary-hub)
set(CPACK_COMPONENT_HUB_DESCRIPTION
    "This is the server: it receives mail and web chat, keeps the shared copy and feeds every agent's desktop.")
set(CPACK_DEBIAN_HUB_PACKAGE_DEPENDS "ca-certificates")
set(CPACK_DEBIAN_HUB_PACKAGE_CONTROL_EXTRA "${packaging}/postinst;${packaging}/prerm;${packaging}/postrm")

if(components)
    include(CPack)
endif()
