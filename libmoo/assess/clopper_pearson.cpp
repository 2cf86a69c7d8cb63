#include "libmoo/assess/clopper_pearson.hpp"

#include <boost/math/special_functions/beta.hpp>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {

Rate clopper_pearson(long violations, long count, double confidence) {
  if (violations < 0 || violations > count) {
    throw InvalidArgument({"clopper_pearson", "no share", "0 <= violations <= count",
                           std::to_string(violations) + " of " + std::to_string(count), ""});
  }
  if (!(confidence > 0.0 && confidence < 1.0)) {
    throw InvalidArgument({"clopper_pearson", "confidence is out of range", "a number in (0, 1)",
                           std::to_string(confidence), "0.95 is 95 %"});
  }
  Rate rate;
  rate.count = count;
  if (count == 0) return rate;
  const auto k = static_cast<double>(violations);
  const auto n = static_cast<double>(count);
  const double tail = 0.5 * (1.0 - confidence);
  rate.rate = k / n;
  rate.lower = violations == 0 ? 0.0 : boost::math::ibeta_inv(k, n - k + 1.0, tail);
  rate.upper = violations == count ? 1.0 : boost::math::ibetac_inv(k + 1.0, n - k, tail);
  return rate;
}

}  // namespace moo
