// SPDX-License-Identifier: MIT
// The workloads in libtorch: `nn` as its tutorials write them (modules, a loss function, backward, optim::SGD), `lean`
// with as little around the kernels as the library allows (addmm, autograd::grad, updates in place).
#include "experts.hpp"

#include <torch/torch.h>

#include <vector>

namespace peers {
namespace {

torch::Tensor tensor(std::vector<float> const& v, std::vector<std::int64_t> const& shape) {
  return torch::from_blob(const_cast<float*>(v.data()), shape).clone();
}

/// cross_entropy takes labels where others take targets.
torch::Tensor targets(network<float> const& n) {
  torch::Tensor const T = tensor(n.T, {n.batch, n.sizes.back()});
  return n.loss == head::softmax_cross_entropy ? T.argmax(1) : T;
}

torch::Tensor activate(activation f, torch::Tensor const& z) {
  switch (f) {
    case activation::sigmoid:
      return torch::sigmoid(z);
    case activation::relu:
      return torch::relu(z);
    case activation::tanh:
      return torch::tanh(z);
    case activation::none:
      break;
  }
  return z;
}

torch::Tensor loss_of(head h, torch::Tensor const& z, torch::Tensor const& t) {
  switch (h) {
    case head::softmax_cross_entropy:
      return torch::nn::functional::cross_entropy(z, t);
    case head::sigmoid_mse:
      return torch::mse_loss(torch::sigmoid(z), t);
    case head::mse:
      break;
  }
  return torch::mse_loss(z, t);
}

struct by_nn {
  static void train(network<float> const& n, float rate, auto const& body) {
    torch::Tensor const X = tensor(n.X, {n.batch, n.sizes[0]}), T = targets(n);
    torch::nn::Sequential model;
    std::vector<torch::nn::Linear> linear;
    for (int l = 0; l < n.layers(); ++l) {
      linear.emplace_back(n.sizes[l], n.sizes[l + 1]);
      model->push_back(linear.back());
      torch::NoGradGuard const off;
      linear[l]->weight.copy_(tensor(n.W[l], {n.sizes[l], n.sizes[l + 1]}).t());
      linear[l]->bias.copy_(tensor(n.b[l], {n.sizes[l + 1]}));
      if (l + 1 == n.layers()) continue;
      if (n.hidden == activation::sigmoid) model->push_back(torch::nn::Sigmoid());
      if (n.hidden == activation::relu) model->push_back(torch::nn::ReLU());
      if (n.hidden == activation::tanh) model->push_back(torch::nn::Tanh());
    }
    torch::optim::SGD optimizer(model->parameters(), torch::optim::SGDOptions(static_cast<double>(rate)));
    std::vector<torch::Tensor> shown;
    body(
        [&] {
          optimizer.zero_grad();
          torch::Tensor const loss = loss_of(n.loss, model->forward(X), T);
          loss.backward();
          optimizer.step();
          return loss.item<float>();
        },
        [&] {
          for (auto const& layer : linear) {
            shown.push_back(layer->weight.detach().t().contiguous());
            shown.push_back(layer->bias.detach());
          }
          return views(shown);
        });
  }

  static parameters views(std::vector<torch::Tensor> const& tensors) {
    parameters p;
    for (torch::Tensor const& t : tensors) p.emplace_back(t.data_ptr<float>(), static_cast<std::size_t>(t.numel()));
    return p;
  }
};

struct by_lean {
  static void train(network<float> const& n, float rate, auto const& body) {
    torch::Tensor const X = tensor(n.X, {n.batch, n.sizes[0]}), T = targets(n);
    std::vector<torch::Tensor> p;
    for (int l = 0; l < n.layers(); ++l) {
      p.push_back(tensor(n.W[l], {n.sizes[l], n.sizes[l + 1]}).requires_grad_());
      p.push_back(tensor(n.b[l], {n.sizes[l + 1]}).requires_grad_());
    }
    body(
        [&] {
          torch::Tensor A = X;
          for (std::size_t l = 0; l + 2 < p.size(); l += 2) A = activate(n.hidden, torch::addmm(p[l + 1], A, p[l]));
          torch::Tensor const loss = loss_of(n.loss, torch::addmm(p.back(), A, p[p.size() - 2]), T);
          std::vector<torch::Tensor> const gradients = torch::autograd::grad({loss}, p);
          torch::NoGradGuard const off;
          for (std::size_t i = 0; i < p.size(); ++i) p[i].add_(gradients[i], -rate);
          return loss.item<float>();
        },
        [&] { return by_nn::views(p); });
  }
};

/// X, Y and T of W5.
struct form_data {
  torch::Tensor X, Y, T;

  explicit form_data(form<float> const& f) : X(of(f.X, f.m)), Y(of(f.Y, f.n)), T(of(f.T, f.l)) {}
  static torch::Tensor of(std::vector<float> const& v, std::size_t columns) {
    return tensor(v, {static_cast<std::int64_t>(v.size() / columns), static_cast<std::int64_t>(columns)});
  }
  static torch::Tensor weights(form<float> const& f) {
    return of(f.A, f.m * f.n).view({-1, static_cast<std::int64_t>(f.m), static_cast<std::int64_t>(f.n)});
  }
};

struct form_by_nn {
  static void train(form<float> const& f, float rate, auto const& body) {
    form_data const d(f);
    torch::nn::Bilinear model(f.m, f.n, f.l);
    {
      torch::NoGradGuard const off;
      model->weight.copy_(d.weights(f));
      model->bias.copy_(d.of(f.b, f.l)[0]);
    }
    torch::optim::SGD optimizer(model->parameters(), torch::optim::SGDOptions(static_cast<double>(rate)));
    body(
        [&] {
          optimizer.zero_grad();
          torch::Tensor const loss = torch::mse_loss(model->forward(d.X, d.Y), d.T);
          loss.backward();
          optimizer.step();
          return loss.item<float>();
        },
        [&] {
          return by_nn::views({model->weight, model->bias});
        });
  }
};

struct form_by_lean {
  static void train(form<float> const& f, float rate, auto const& body) {
    form_data const d(f);
    torch::Tensor A = d.weights(f).requires_grad_(), b = d.of(f.b, f.l)[0].clone().requires_grad_();
    body(
        [&] {
          torch::Tensor const loss = torch::mse_loss(torch::bilinear(d.X, d.Y, A, b), d.T);
          std::vector<torch::Tensor> const gradients = torch::autograd::grad({loss}, {A, b});
          torch::NoGradGuard const off;
          A.add_(gradients[0], -rate);
          b.add_(gradients[1], -rate);
          return loss.item<float>();
        },
        [&] {
          return by_nn::views({A, b});
        });
  }
};

struct curve_data {
  torch::Tensor x, a, b;

  explicit curve_data(curve const& c)
      : x(of(c.x).requires_grad_()), a(of(c.a).requires_grad_()), b(of(c.b).requires_grad_()) {}
  static torch::Tensor of(std::vector<float> const& v) { return tensor(v, {static_cast<std::int64_t>(v.size())}); }
  torch::Tensor loss() const { return (torch::tanh(a * x + b) * torch::sigmoid(x)).sum(); }
  static std::span<float const> view(torch::Tensor const& t) {
    return {t.data_ptr<float>(), static_cast<std::size_t>(t.numel())};
  }
};

struct curve_by_nn {
  static void differentiate(curve const& c, auto const& body) {
    curve_data d(c);
    body(
        [&] {
          for (torch::Tensor* p : {&d.x, &d.a, &d.b}) p->mutable_grad().reset();
          torch::Tensor const loss = d.loss();
          loss.backward();
          return loss.item<float>();
        },
        [&] {
          return curve_gradients{d.view(d.x.grad()), d.view(d.a.grad()), d.view(d.b.grad())};
        });
  }
};

struct curve_by_lean {
  static void differentiate(curve const& c, auto const& body) {
    curve_data const d(c);
    std::vector<torch::Tensor> g;
    body(
        [&] {
          torch::Tensor const loss = d.loss();
          g = torch::autograd::grad({loss}, {d.x, d.a, d.b});
          return loss.item<float>();
        },
        [&] {
          return curve_gradients{d.view(g[0]), d.view(g[1]), d.view(g[2])};
        });
  }
};

}  // namespace

bool enter_experts(std::string const& workload, network<float> const& start, trained const& right) {
  bool const good = enter<by_lean>(workload + "/libtorch_lean", start, right);
  return enter<by_nn>(workload + "/libtorch_nn", start, right) && good;
}

bool enter_experts(std::string const& workload, curve const& start, differentiated const& right) {
  bool const good = enter<curve_by_lean>(workload + "/libtorch_lean", start, right);
  return enter<curve_by_nn>(workload + "/libtorch_nn", start, right) && good;
}

bool enter_experts(std::string const& workload, form<float> const& start, fitted const& right) {
  bool const good = enter<form_by_lean>(workload + "/libtorch_lean", start, right);
  return enter<form_by_nn>(workload + "/libtorch_nn", start, right) && good;
}

}  // namespace peers
