#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/model/network_samples.hpp"

namespace moo::test {

/// B plain and P directional samples and their inputs [X x e 0].
struct Batch {
  Eigen::Index plain;
  Eigen::Index directional;
  Matrix inputs;

  [[nodiscard]] Eigen::Index values() const { return plain + directional; }
  [[nodiscard]] Eigen::Index width() const { return plain + 3 * directional; }
  [[nodiscard]] Matrix directions() const { return inputs.middleCols(values(), directional); }
  /// Block k of the directional samples: 0 value, 1 first, 2 second derivative.
  [[nodiscard]] Matrix block(const Matrix& m, Eigen::Index k) const {
    return m.middleCols(plain + k * directional, directional);
  }
  /// The same batch with the directional samples moved to x + t e.
  [[nodiscard]] Batch moved(double t) const {
    Batch result = *this;
    result.inputs.middleCols(plain, directional) += t * directions();
    return result;
  }
};

inline Batch batch_of(RandomStream& random, Eigen::Index plain, Eigen::Index directional) {
  Batch batch{plain, directional, normal_matrix(random, 3, plain + 3 * directional)};
  batch.inputs.rightCols(directional).setZero();
  return batch;
}

/// B > 0 and P > 0 at once, and each of them alone.
template <class Test>
void for_mixed_batches(RandomStream& random, const Test& test) {
  for (const auto& [plain, directional] : {std::pair{3, 2}, std::pair{0, 3}, std::pair{2, 0}}) {
    SCOPED_TRACE(std::to_string(plain) + " plain, " + std::to_string(directional) + " directional");
    test(batch_of(random, plain, directional));
  }
}

inline Vector smooth_at(const Network& network, const Batch& batch, RandomStream& random) {
  return smooth_parameters(network, batch.inputs.leftCols(batch.values()), random);
}

/// Calls test(observed) for every set of hidden layers.
template <class Test>
void for_all_observed(const Network& network, const Test& test) {
  const int hidden = network.depth() - 1;
  for (unsigned set = 0; set < 1U << hidden; ++set) {
    std::vector<int> observed;
    std::string note = "observed:";
    for (int layer = 0; layer < hidden; ++layer) {
      if ((set >> layer & 1U) == 0) continue;
      observed.push_back(layer);
      note += " " + std::to_string(layer);
    }
    SCOPED_TRACE(note);
    test(observed);
  }
}

/// Cotangents of the outputs and of the activations of the observed layers.
struct Cotangents {
  Matrix outputs;
  std::vector<Matrix> hidden;
};

inline Cotangents cotangents_of(RandomStream& random, const Network& network,
                                const std::vector<int>& observed, Eigen::Index columns) {
  Cotangents result{normal_matrix(random, network.num_outputs(), columns), {}};
  for (const int layer : observed) {
    const int units = network.layers()[static_cast<std::size_t>(layer) + 1];
    result.hidden.push_back(normal_matrix(random, units, columns));
  }
  return result;
}

inline Cotangents operator+(Cotangents a, const Cotangents& b) {
  a.outputs += b.outputs;
  for (std::size_t i = 0; i < a.hidden.size(); ++i) a.hidden[i] += b.hidden[i];
  return a;
}

inline Cotangents operator*(double factor, Cotangents a) {
  a.outputs *= factor;
  for (Matrix& hidden : a.hidden) hidden *= factor;
  return a;
}

}  // namespace moo::test
