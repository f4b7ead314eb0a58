// SPDX-License-Identifier: MIT
// All operations.
#pragma once

#include <ctg/op/activation.hpp>
#include <ctg/op/algebra.hpp>
#include <ctg/op/gather.hpp>
#include <ctg/op/linear_algebra.hpp>
#include <ctg/op/loss.hpp>
#include <ctg/op/norm.hpp>
#include <ctg/op/running.hpp>
