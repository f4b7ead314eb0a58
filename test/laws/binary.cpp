// SPDX-License-Identifier: MIT
// Laws of the element-wise operations of two and three operands.
#include "laws.hpp"

using namespace laws;

namespace {

struct clamped : row {
  template <class T>
  using leaves = std::tuple<mat<"X", T>, mat<"Y", T>, mat<"Z", T>>;
  template <class T>
  using result = mat<"D", T>;
  using domains = std::tuple<any, within<-3, 1>, within<1, 3>>;
};

}  // namespace

TEST_CASE("laws: arithmetic", "[laws]") {
  check<binary<any, any>>("add", [](auto const& x, auto const& y) { return x + y; });
  check<binary<any, any>>("subtract", [](auto const& x, auto const& y) { return x - y; });
  check<binary<any, any>>("multiply", [](auto const& x, auto const& y) { return x % y; });
  check<binary<any, positive>>("divide", [](auto const& x, auto const& y) { return x / y; }, {4, 16, 0, 8});
}

TEST_CASE("laws: functions of two operands", "[laws]") {
  check<binary<any, any>>("maximum", [](auto const& x, auto const& y) { return maximum(x, y); });
  check<binary<any, any>>("minimum", [](auto const& x, auto const& y) { return minimum(x, y); });
  check<binary<positive, any>>("pow", [](auto const& x, auto const& y) { return pow(x, y); }, {4, 24, 0, 1});
  check<binary<any, positive>>("atan2", [](auto const& x, auto const& y) { return atan2(x, y); });
  check<binary<any, any>>("hypot", [](auto const& x, auto const& y) { return hypot(x, y); });
  check<binary<any, any>>("logaddexp", [](auto const& x, auto const& y) { return logaddexp(x, y); }, {4, 12, 4, 1});
  check<binary<any, positive>>("xlogy", [](auto const& x, auto const& y) { return xlogy(x, y); }, {4, 12, 0, 8});
  check<clamped>("clamp", [](auto const& x, auto const& lo, auto const& hi) { return clamp(x, lo, hi); });
  check<binary<any, positive>>("elu", [](auto const& x, auto const& y) { return elu(x, y); });
  check<binary<any, positive>>("celu", [](auto const& x, auto const& y) { return celu(x, y); }, {8, 24, 0, 1});
}
