// SPDX-License-Identifier: MIT
// The workloads' entries, and the experts that serve all networks, each where its library is installed.
#pragma once

#include "contest.hpp"
#include "network.hpp"

namespace peers {

/// by_hand with the products of each library that there is.
bool enter_experts(std::string const& workload, network<float> const& start, trained const& right);

bool enter_w1();
bool enter_w2();
bool enter_w3();
bool enter_w4();
bool enter_w6();
bool enter_w7();
bool enter_w8();

}  // namespace peers
