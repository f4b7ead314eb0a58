# SPDX-License-Identifier: MIT
# Finds what the library includes. Each dependency D becomes the target ctg::D, which carries nothing but an include
# directory: Debian's xsimd 8.1 links a target that does not exist (xtl) and older ones have no namespace, so their own
# targets cannot be linked as they are. The build and the installed package both use this file.

# Makes ctg::<name> from the include directories of <target>.
function(ctg_wrap name target)
  if(TARGET ctg::${name})
    return()
  endif()
  add_library(ctg::${name} INTERFACE IMPORTED GLOBAL)
  get_target_property(directories ${target} INTERFACE_INCLUDE_DIRECTORIES)
  set_target_properties(ctg::${name} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${directories}")
endfunction()

# Batches of SIMD lanes. Its version file refuses other major versions than the one asked for, so none is.
macro(ctg_find_xsimd)
  find_package(xsimd QUIET)
  if(xsimd_FOUND AND xsimd_VERSION VERSION_GREATER_EQUAL 8.1)
    if(TARGET xsimd::xsimd)
      ctg_wrap(xsimd xsimd::xsimd)
    else()
      ctg_wrap(xsimd xsimd)
    endif()
  endif()
endmacro()
