#include <gtest/gtest.h>

#include <set>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/solver/simplex_lattice.hpp"

namespace moo {
namespace {

std::set<std::vector<long>> distinct_columns(const Matrix& weights) {
  std::set<std::vector<long>> columns;
  for (Eigen::Index k = 0; k < weights.cols(); ++k) {
    std::vector<long> column;
    for (Eigen::Index i = 0; i < weights.rows(); ++i) {
      column.push_back(std::lround(1e9 * weights(i, k)));
    }
    columns.insert(column);
  }
  return columns;
}

TEST(SimplexLattice, HasTheSizesOfDasAndDennis) {
  EXPECT_EQ(simplex_lattice_size(3, 12), 91);
  EXPECT_EQ(simplex_lattice_size(4, 7), 120);
  EXPECT_EQ(simplex_lattice_size(5, 6), 210);
  EXPECT_EQ(two_layer_lattice(8, 3, 2).cols(), 156);  // table I of Deb and Jain
}

TEST(SimplexLattice, HoldsEveryVectorOnceAndSumsToOne) {
  for (const int m : {1, 2, 3, 4, 6}) {
    for (const int divisions : {1, 2, 5}) {
      const Matrix weights = simplex_lattice(m, divisions);
      EXPECT_EQ(weights.cols(), simplex_lattice_size(m, divisions));
      EXPECT_EQ(distinct_columns(weights).size(), static_cast<std::size_t>(weights.cols()));
      EXPECT_GE(weights.minCoeff(), 0.0);
      EXPECT_NEAR((weights.colwise().sum().array() - 1.0).abs().maxCoeff(), 0.0, 1e-14);
    }
  }
}

TEST(SimplexLattice, MovesOneUnitBetweenNeighbouringColumns) {
  for (const int m : {2, 3, 4, 5}) {
    const int divisions = 5;
    const Matrix weights = simplex_lattice(m, divisions);
    for (Eigen::Index k = 1; k < weights.cols(); ++k) {
      EXPECT_NEAR((weights.col(k) - weights.col(k - 1)).lpNorm<1>(), 2.0 / divisions, 1e-12);
    }
  }
}

TEST(SimplexLattice, HasNoFewerDivisionsThanNeeded) {
  for (const int m : {2, 3, 5}) {
    for (const long count : {1L, 7L, 100L}) {
      const int divisions = simplex_lattice_divisions(m, count);
      EXPECT_GE(simplex_lattice_size(m, divisions), count);
      if (divisions > 1) {
        EXPECT_LT(simplex_lattice_size(m, divisions - 1), count);
      }
    }
  }
}

TEST(SimplexLattice, PutsASecondLayerInsideFromFiveObjectivesOn) {
  const Matrix weights = weight_lattice(6, 30);
  EXPECT_GE(weights.cols(), 30);
  EXPECT_EQ(distinct_columns(weights).size(), static_cast<std::size_t>(weights.cols()));
  EXPECT_NEAR((weights.colwise().sum().array() - 1.0).abs().maxCoeff(), 0.0, 1e-14);
  EXPECT_GT(weights.colwise().minCoeff().maxCoeff(), 0.0);  // something is inside
}

TEST(SimplexLattice, VisitsEveryVectorFromASolvedNeighbour) {
  for (const int m : {2, 3, 4}) {
    const int divisions = 6;
    const Matrix weights = simplex_lattice(m, divisions);
    const std::vector<LatticeVisit> visits = visit_from_corners(weights);
    int corners = 0;
    for (Eigen::Index k = 0; k < weights.cols(); ++k) {
      const LatticeVisit& visit = visits[static_cast<std::size_t>(k)];
      if (visit.parent < 0) {
        ++corners;
        EXPECT_DOUBLE_EQ(weights.col(k).maxCoeff(), 1.0);
        continue;
      }
      EXPECT_LT(visits[static_cast<std::size_t>(visit.parent)].wave, visit.wave);
      EXPECT_NEAR((weights.col(k) - weights.col(visit.parent)).lpNorm<1>(), 2.0 / divisions, 1e-12);
    }
    EXPECT_EQ(corners, m);
  }
}

TEST(SimplexLattice, VisitsBothLayersFromTheCorners) {
  const std::vector<LatticeVisit> visits = visit_from_corners(two_layer_lattice(5, 3, 2));
  int roots = 0;
  for (const LatticeVisit& visit : visits) roots += visit.parent < 0 ? 1 : 0;
  EXPECT_EQ(roots, 5);
}

TEST(SimplexLattice, SpreadsAFewVectorsOverTheWholeSimplex) {
  for (const int m : {3, 5}) {
    const int count = m + 6;
    const Matrix weights = spread_lattice(m, count);
    ASSERT_EQ(weights.cols(), count);
    EXPECT_EQ(distinct_columns(weights).size(), static_cast<std::size_t>(count));
    const Matrix corners = weights.leftCols(m);
    EXPECT_NEAR(corners.colwise().maxCoeff().minCoeff(), 1.0, 1e-12);
  }
  EXPECT_GT(spread_lattice(3, 9).colwise().minCoeff().maxCoeff(), 0.0);  // something is inside
}

TEST(SimplexLattice, RefusesSizesThatDoNotExist) {
  EXPECT_THROW(simplex_lattice(0, 3), InvalidArgument);
  EXPECT_THROW(simplex_lattice(3, 0), InvalidArgument);
  EXPECT_THROW(simplex_lattice_divisions(1, 3), InvalidArgument);
  EXPECT_THROW(weight_lattice(3, 0), InvalidArgument);
}

}  // namespace
}  // namespace moo
