// SPDX-License-Identifier: MIT
// The workloads' entries, and those with whom cotangent is compared.
#pragma once

#include "contest.hpp"
#include "curve.hpp"
#include "form.hpp"
#include "network.hpp"

namespace peers {

/// In bench_steps by hand with each library that there is (experts.cpp), in bench_steps_torch by libtorch (torch.cpp).
bool enter_experts(std::string const& workload, network<float> const& start, trained const& right);
bool enter_experts(std::string const& workload, curve const& start, differentiated const& right);
bool enter_experts(std::string const& workload, form<float> const& start, fitted const& right);

bool enter_w1();
bool enter_w2();
bool enter_w3();
bool enter_w4();
bool enter_w5();
bool enter_w6();
bool enter_w7();
bool enter_w8();

}  // namespace peers
