# SPDX-License-Identifier: MIT
# Fails unless OBJECT is one object file that was built.
if(NOT OBJECT OR NOT EXISTS "${OBJECT}")
  message(FATAL_ERROR "'${OBJECT}' was not built: the compiler's errors are in the output of the build")
endif()
