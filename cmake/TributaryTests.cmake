# core_test(name LIBRARIES ...): a test of the plain core from name.cpp here. It uses Qt Test as its runner where the desktop
# is built, so that all tests report alike; the code under test knows nothing of Qt.
function(core_test name)
    cmake_parse_arguments(TEST "" "TIMEOUT" "LIBRARIES;ARGUMENTS" ${ARGN})
    add_executable(${name} ${name}.cpp)
    target_link_libraries(${name} PRIVATE tributary_options Qt6::Test ${TEST_LIBRARIES})
    target_compile_definitions(${name} PRIVATE TRIBUTARY_SOURCE_DIR="${CMAKE_SOURCE_DIR}" TRIBUTARY_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND ${name} ${TEST_ARGUMENTS})
    if(NOT TEST_TIMEOUT)
        set(TEST_TIMEOUT 120)
    endif()
    if(TRIBUTARY_SANITIZE) # each takes five to ten times as long
        math(EXPR TEST_TIMEOUT "${TEST_TIMEOUT} * 5")
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${TEST_TIMEOUT} ENVIRONMENT "QT_QPA_PLATFORM=offscreen")
endfunction()

# measured(name...): programs whose figures count are optimised like the product.
function(measured)
    foreach(name ${ARGN})
        target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O3>)
    endforeach()
endfunction()

# qt_test(name LIBRARIES ...): the same for code that lives in core/client or ui.
function(qt_test name)
    core_test(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE Qt6::Widgets)
endfunction()
