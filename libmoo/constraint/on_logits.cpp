#include "libmoo/constraint/on_logits.hpp"

#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

std::string text_of(const ModelQuantity& quantity) {
  switch (quantity.kind) {
    case ModelQuantity::Kind::predictions:
      return "predictions";
    case ModelQuantity::Kind::logits:
      return "logits";
    case ModelQuantity::Kind::activations:
      return "activations of layer " + std::to_string(quantity.layer);
    case ModelQuantity::Kind::derivatives:
      return "derivatives";
  }
  return "something else";
}

}  // namespace

OnLogits::OnLogits(std::shared_ptr<const Constraint> rule) : rule_(std::move(rule)) {
  if (!rule_) {
    throw InvalidArgument({"on_logits", "no rule", "a rule on predictions", "none", ""});
  }
  if (rule_->reads().kind != ModelQuantity::Kind::predictions) {
    throw InvalidArgument({"on_logits", "'" + rule_->name() + "' is no rule on predictions",
                           "predictions", text_of(rule_->reads()), ""});
  }
}

std::string OnLogits::unit() const {
  std::string unit = rule_->unit();
  for (const std::string word : {"prediction", "probability"}) {
    for (auto at = unit.find(word); at != std::string::npos; at = unit.find(word)) {
      unit.replace(at, word.size(), "logit");
    }
  }
  return unit;
}

std::shared_ptr<const Constraint> OnLogits::annealed(double factor) const {
  auto cooler = rule_->annealed(factor);
  return cooler ? std::make_shared<OnLogits>(std::move(cooler)) : nullptr;
}

std::shared_ptr<const Constraint> on_logits(std::shared_ptr<const Constraint> rule) {
  return std::make_shared<OnLogits>(std::move(rule));
}

}  // namespace moo
