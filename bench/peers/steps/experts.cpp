// SPDX-License-Identifier: MIT
// The workloads by hand: networks with the products of Eigen, OpenBLAS and oneDNN, curves with Eigen alone.
#include "experts.hpp"

#ifdef PEERS_EIGEN
#include "by_hand.hpp"
#include "curve_by_eigen.hpp"
#include "form_by_hand.hpp"
#endif
#ifdef PEERS_OPENBLAS
#include "openblas.hpp"
#endif
#ifdef PEERS_ONEDNN
#include "onednn.hpp"
#endif

namespace peers {

bool enter_experts([[maybe_unused]] std::string const& workload, [[maybe_unused]] network<float> const& start,
                   [[maybe_unused]] trained const& right) {
  bool good = true;
#ifdef PEERS_EIGEN
  good = enter<by_hand<eigen_products>>(workload + "/eigen", start, right) && good;
#ifdef PEERS_OPENBLAS
  good = enter<by_hand<openblas_products>>(workload + "/openblas", start, right) && good;
#endif
#ifdef PEERS_ONEDNN
  good = enter<by_hand<onednn_products>>(workload + "/onednn", start, right) && good;
#endif
#endif
  return good;
}

bool enter_experts([[maybe_unused]] std::string const& workload, [[maybe_unused]] curve const& start,
                   [[maybe_unused]] differentiated const& right) {
  bool good = true;
#ifdef PEERS_EIGEN
  good = enter<curve_by_eigen<false>>(workload + "/eigen", start, right) && good;
#ifdef __SSE__
  good = enter<curve_by_eigen<true>>(workload + "/eigen_streaming", start, right) && good;
#endif
#endif
  return good;
}

bool enter_experts([[maybe_unused]] std::string const& workload, [[maybe_unused]] form<float> const& start,
                   [[maybe_unused]] fitted const& right) {
  bool good = true;
#ifdef PEERS_EIGEN
  auto const enter_both = [&]<class Products>(Products, std::string const& name) {
    good = enter<form_by_hand<Products, false>>(name, start, right) && good;
    good = enter<form_by_hand<Products, true>>(name + "_at_once", start, right) && good;
  };
  enter_both(eigen_products(), workload + "/eigen");
#ifdef PEERS_OPENBLAS
  enter_both(openblas_products(), workload + "/openblas");
#endif
#ifdef PEERS_ONEDNN
  enter_both(onednn_products(), workload + "/onednn");
#endif
#endif
  return good;
}

}  // namespace peers
