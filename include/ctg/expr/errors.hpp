// SPDX-License-Identifier: MIT
// What can only be known at run time is said when a program is made or bound, by these exceptions. Without exceptions
// the text goes to the handler set with `on_error`, and the process ends.
#pragma once

#include <ctg/config.hpp>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace ctg::inline v0 {

/// Two leaves disagree about a named extent, or the data of a view is shorter than its extents.
struct extent_error : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Two leaves share a name, one place in the source carries two numbers, or `bind` got a leaf the program does not
/// read.
struct binding_error : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

using error_handler = void (*)(char const* message);

namespace detail {
inline error_handler& handler() {
  static error_handler h = nullptr;
  return h;
}
}  // namespace detail

/// Sets what is called with -fno-exceptions before std::abort; returns the handler before it. nullptr: print to stderr.
inline error_handler on_error(error_handler h) {
  error_handler before = detail::handler();
  detail::handler() = h;
  return before;
}

namespace detail {
template <class Error>
[[noreturn]] inline void fail(std::string const& message) {
#if CTG_HAS_EXCEPTIONS
  throw Error(message);
#else
  if (handler())
    handler()(message.c_str());
  else
    std::fprintf(stderr, "ctg: %s\n", message.c_str());
  std::abort();
#endif
}
}  // namespace detail

}  // namespace ctg::inline v0
