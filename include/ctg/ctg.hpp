// SPDX-License-Identifier: MIT
// cotangent: matrix and tensor expressions that the compiler differentiates.
#pragma once

#include <ctg/config.hpp>

CTG_HEADER_BEGIN

#include <ctg/calculus/jacobian.hpp>
#include <ctg/contract.hpp>
#include <ctg/custom.hpp>
#include <ctg/expr/arguments.hpp>
#include <ctg/expr/batched.hpp>
#include <ctg/expr/einsum.hpp>
#include <ctg/expr/functions.hpp>
#include <ctg/expr/linear_algebra.hpp>
#include <ctg/expr/losses.hpp>
#include <ctg/expr/output.hpp>
#include <ctg/expr/pieces.hpp>
#include <ctg/expr/products.hpp>
#include <ctg/expr/reductions.hpp>
#include <ctg/expr/scan.hpp>
#include <ctg/expr/unroll.hpp>
#include <ctg/graph/print.hpp>
#include <ctg/run/dot.hpp>
#include <ctg/run/evaluate.hpp>
#include <ctg/run/evaluate_leaf.hpp>
#include <ctg/run/explain.hpp>
#include <ctg/run/program.hpp>
#include <ctg/version.hpp>

CTG_HEADER_END
