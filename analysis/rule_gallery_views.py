"""What each picture of docs/constraints.md shows: views of rows, groups, lists and units, and one per picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes

from analysis.fronts import Array
from analysis.plot_front import FAINT, INK, PALETTE
from analysis.rule_gallery_curves import (
    AFTER, BEFORE, DATA, FORBIDDEN, LABELS, STEPS, UNITS, Picture, View, add_legend, shade_beyond, bends, binding,
    curves, energy, falls, floor, heat, mirrored, noisy, order, plane, premise, ranged, reference, steep, together,
    tolerated, total)


def _strip(ax: Axes, level: float, values: Array, mark: float, colour: str, label: str) -> None:
    """Values as jittered points at a height, their mark as a bar, a name at the left."""
    shift = 0.24 * np.modf(0.618 * np.arange(len(values)))[0] - 0.12  # the same every time
    ax.scatter(values, level + shift, s=4, color=colour, alpha=0.35, linewidths=0)
    ax.plot([mark, mark], [level - 0.3, level + 0.3], color=colour, linewidth=2.2)
    ax.text(-0.015, level, label, transform=ax.get_yaxis_transform(), ha="right", va="center", color=colour,
            fontsize=7)


def _strips(ax: Axes, rows: Sequence[tuple[str, Sequence[tuple[str, Array]]]], mark: Callable[[Array], float]) -> None:
    """Pairs of strips with the gap between their marks shaded: (step, ((name, values), ...)) each."""
    level = float(sum(len(pair) for _, pair in rows) - 1)
    for step, pair in rows:
        marks = [mark(values) for _, values in pair]
        if len(pair) > 1:
            ax.fill_between([min(marks), max(marks)], level - len(pair) + 0.7, level + 0.3, color=FORBIDDEN,
                            linewidth=0, zorder=0)
        for (name, values), place in zip(pair, marks):
            prefix = "alone" if step == "before" else "rule"
            _strip(ax, level, values, place, dict(before=BEFORE, after=AFTER)[step], f"{prefix}: {name}")
            level -= 1.0
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)


def by_group(ax: Axes, picture: Picture) -> None:
    """Scores (or errors) inside and outside a column, within classes where the rule says so."""
    family = picture.rule["rule"]
    member = picture.column(picture.rule["column"]) > 0.5
    y = picture.targets()
    classes = {"equal_opportunity": [("repaid", y > 0.5)],
               "equalised_odds": [("repaid", y > 0.5), ("not repaid", y < 0.5)]}.get(family, [("", y > -1)])
    rows = []
    for step, _, _ in STEPS:
        values = picture.rows(step)
        if family == "error_parity":
            values = np.abs(y - values)
        for name, chosen in classes:
            rows.append((step, [(f"others {name}".strip(), values[~member & chosen]),
                                (f"newcomers {name}".strip(), values[member & chosen])]))
    _strips(ax, rows, lambda values: float(values.mean()))
    ax.set_xlim(0, 1)
    ax.set_xlabel("error" if family == "error_parity" else "probability of repayment (bars: means)")


def mean_bound(ax: Axes, picture: Picture) -> None:
    """Scores and their mean with its target or bound."""
    rule = picture.rule
    chosen = picture.column(rule["members"]) > 0.5 if "members" in rule else np.ones(len(picture.targets()), bool)
    name = "newcomers" if "members" in rule else "all"
    _strips(ax, [(step, [(name, picture.rows(step)[chosen])]) for step, _, _ in STEPS],
            lambda values: float(values.mean()))
    ax.set_xlim(0, 1)
    ax.axvline(rule.get("target", rule.get("budget")), color=PALETTE[1], linewidth=1, linestyle=":")
    if rule.get("kind") == "at_most":
        shade_beyond(ax, None, rule["budget"], vertical=True)
    ax.set_xlabel("probability of repayment (bars: means; dotted: what the mean should be)")


def decisions(ax: Axes, picture: Picture) -> None:
    """Shares decided for: bars per group, or one for all with its bound."""
    threshold = picture.rule["probability"]
    column = picture.rule.get("column")
    groups = {"all": np.ones(len(picture.targets()), bool)}
    if column:
        member = picture.column(column) > 0.5
        groups = {"others": ~member, "newcomers": member}
    for at, (name, chosen) in enumerate(groups.items()):
        for step, colour, _ in STEPS:
            share = float((picture.rows(step)[chosen] > threshold).mean())
            place = at + (-0.2 if step == "before" else 0.2)
            ax.bar(place, share, 0.36, color=colour, alpha=0.5 if step == "before" else 1.0)
            ax.text(place, share + 0.01, f"{100 * share:.0f} %", ha="center", fontsize=7)
    ax.set_xticks(range(len(groups)), list(groups))
    ax.set_ylabel(f"share decided for (p > {threshold:g})")
    ax.set_ylim(0, ax.get_ylim()[1] * 1.1)
    if "at_most" in picture.rule:
        ax.set_xlim(-1, 1)
        shade_beyond(ax, None, picture.rule["at_most"])


def calibration(ax: Axes, picture: Picture) -> None:
    """Mean target over mean prediction, cell by cell."""
    bins = picture.rule["bins"]
    cell = np.digitize(picture.column(bins["column"]), bins["edges"][1:-1]) * 2 + picture.column(picture.rule["column"])
    ax.plot([0, 1], [0, 1], color=FAINT, linewidth=1, zorder=0)
    for number in np.unique(cell):
        at = cell == number
        marker = "o" if number % 2 else "s"
        points = [(picture.rows(step)[at].mean(), picture.targets()[at].mean()) for step, _, _ in STEPS]
        ax.annotate("", points[1], points[0], arrowprops={"arrowstyle": "-", "color": DATA})
        for (step, colour, _), point in zip(STEPS, points):
            ax.plot(*point, marker, color=colour, markersize=4 if step == "before" else 6,
                    markerfacecolor="none" if step == "before" else colour)
    ax.plot([], [], "o", color=BEFORE, markerfacecolor="none", label="data alone")
    ax.plot([], [], "o", color=AFTER, label="with the rule")
    ax.set_xlabel("mean prediction in a cell (circles: newcomers, squares: others)")
    ax.set_ylabel("share that repaid")
    add_legend(ax)


def counterfactual(ax: Axes, picture: Picture) -> None:
    """Each applicant as a newcomer over the same one established."""
    ax.plot([0, 1], [0, 1], color=FAINT, linewidth=1, zorder=0)
    for step, colour, _ in STEPS:
        zero, one = picture.record[step]["switched"][picture.rule["changes"][0]["input"]]
        ax.scatter(zero, one, s=6, color=colour, alpha=0.6, linewidths=0,
                   label=LABELS[step])
    ax.set_xlabel("prediction as established")
    ax.set_ylabel("the same as newcomer")
    add_legend(ax)


def trend(ax: Axes, picture: Picture) -> None:
    """Predictions over a column with their regression line."""
    x = picture.column(picture.rule["column"])
    for step, colour, line in STEPS:
        values = picture.rows(step)
        ax.scatter(x, values, s=5, color=colour, alpha=0.35, linewidths=0)
        ends = np.array([x.min(), x.max()])
        ax.plot(ends, np.polyval(np.polyfit(x, values, 1), ends), line, color=colour, linewidth=1.6,
                label=LABELS[step])
    ax.set_xlabel("age [years]")
    ax.set_ylabel("probability of repayment")
    add_legend(ax)


def quantiles(ax: Axes, picture: Picture) -> None:
    """Quantile functions: of two groups, or of all with a bound on one."""
    levels = np.linspace(0.02, 0.98, 49)
    if "column" in picture.rule:
        member = picture.column(picture.rule["column"]) > 0.5
        for step, colour, line in STEPS:
            pair = [np.quantile(picture.rows(step)[chosen], levels) for chosen in (~member, member)]
            if step == "before":
                ax.fill_between(levels, *pair, color=FORBIDDEN, linewidth=0, zorder=0)
            for values, name, width in zip(pair, ("others", "newcomers"), (1.8, 1.0)):
                ax.plot(levels, values, line, color=colour, linewidth=width,
                        label=f"{'data alone' if step == 'before' else 'with the rule'}, {name}")
    else:
        for step, colour, line in STEPS:
            ax.plot(levels, np.quantile(picture.rows(step), levels), line, color=colour, linewidth=1.4,
                    label=LABELS[step])
        top = ax.get_ylim()[1]
        ax.fill_between([0, picture.rule["level"]], picture.rule["at_most"], top, color=FORBIDDEN, linewidth=0,
                        zorder=0)
        ax.set_ylim(top=top)
    ax.set_xlim(0, 1)
    ax.set_xlabel("level")
    ax.set_ylabel("quantile of the predictions")
    add_legend(ax)


def distribution(ax: Axes, picture: Picture) -> None:
    """Shares of predictions below a value, against those of the reference."""
    sample = np.sort(picture.column(picture.rule["reference_column"]))
    share = np.arange(1, len(sample) + 1) / len(sample)
    before = np.sort(picture.rows("before"))
    ax.fill_betweenx(share, before, sample, color=FORBIDDEN, linewidth=0, zorder=0)
    ax.plot(sample, share, ":", color=PALETTE[1], linewidth=1.4, label="reference")
    for step, colour, line in STEPS:
        ax.plot(np.sort(picture.rows(step)), share, line, color=colour, linewidth=1.3,
                label=LABELS[step])
    ax.set_xlabel("probability of repayment")
    ax.set_ylabel("share of applicants below")
    add_legend(ax)


def _exposure(picture: Picture, step: str) -> Array:
    """n times the softmax of the scores within each list."""
    lists, scores = picture.column(picture.rule["lists"]), picture.rows(step) / picture.rule["temperature"]
    found = np.empty_like(scores)
    for number in np.unique(lists):
        at = lists == number
        share = np.exp(scores[at] - scores[at].max())
        found[at] = at.sum() * share / share.sum()
    return found


def exposure(ax: Axes, picture: Picture) -> None:
    """Mean exposure of two groups."""
    member = picture.column(picture.rule["column"]) > 0.5
    for at, chosen in enumerate((~member, member)):
        for step, colour, _ in STEPS:
            mean, place = float(_exposure(picture, step)[chosen].mean()), at + (-0.2 if step == "before" else 0.2)
            ax.bar(place, mean, 0.36, color=colour, alpha=0.5 if step == "before" else 1.0,
                   label=LABELS[step] if at == 0 else None)
            ax.text(place, mean + 0.02, f"{mean:.2f}", ha="center", fontsize=7)
    ax.axhline(1, color=INK, linewidth=0.6, linestyle=":")
    ax.set_xticks([0, 1], ["other articles", "small presses"])
    ax.set_ylabel("mean exposure (1: the same for all)")
    ax.set_ylim(0, ax.get_ylim()[1] * 1.05)
    add_legend(ax)


def shares(ax: Axes, picture: Picture) -> None:
    """Every item's share in all exposure, largest first."""
    items = picture.column(picture.rule["items"])
    for step, colour, line in STEPS:
        found = _exposure(picture, step)
        parts = np.sort([found[items == item].sum() / found.sum() for item in np.unique(items)])[::-1]
        ax.plot(np.arange(1, len(parts) + 1), 100 * parts, line, marker="o", markersize=3, color=colour, linewidth=1.3,
                label=LABELS[step])
    ax.axhline(100 / len(np.unique(items)), color=INK, linewidth=0.6, linestyle=":")
    ax.set_ylim(bottom=0)
    ax.set_xlabel("writer, most exposed first (dotted: the same for all)")
    ax.set_ylabel("share in all exposure [%]")
    add_legend(ax)


def per_list(ax: Axes, picture: Picture) -> None:
    """One number per list, from the residuals, with its bound."""
    at_least = "at_least" in picture.rule
    bound = picture.rule["at_least"] if at_least else picture.rule["limit"]
    for step, colour, _ in STEPS:
        values = bound - picture.residuals(step) if at_least else bound + picture.residuals(step)
        places = np.arange(1, len(values) + 1) + (-0.12 if step == "before" else 0.12)
        ax.vlines(places, bound, values, color=colour, linewidth=1)
        ax.plot(places, values, "o", color=colour, markersize=5, label=LABELS[step],
                markerfacecolor="white" if step == "before" else colour)
    ax.set_ylim(max(0, ax.get_ylim()[0]) if not at_least else -0.05, ax.get_ylim()[1])
    shade_beyond(ax, bound if at_least else None, None if at_least else bound)
    ax.set_xlabel("page")
    ax.set_ylabel("small presses in the top 3 [share]" if at_least else "similarity within the page")
    add_legend(ax)


def activation_range(ax: Axes, picture: Picture) -> None:
    """Activations of all units and rows, sorted."""
    bound = picture.rule["bound"]
    for step, colour, line in STEPS:
        values = np.sort(np.array(picture.record[step]["activations"]).ravel())
        ax.plot(np.linspace(0, 100, len(values)), values, line, color=colour, linewidth=1.3,
                label=LABELS[step])
    ax.set_xlim(0, 100)
    shade_beyond(ax, -bound, bound)
    ax.set_xlabel("units and rows, sorted [%]")
    ax.set_ylabel("activation")
    add_legend(ax)


def activation_sizes(ax: Axes, picture: Picture) -> None:
    """Mean size of the activations in every row over the rows' input, with its target."""
    for step, colour, line in STEPS:
        sizes = np.abs(np.array(picture.record[step]["activations"])).mean(axis=0)
        ax.plot(picture.data_x, sizes, line, color=colour, linewidth=1.3, marker="o", markersize=2.5,
                label=LABELS[step])
    ax.set_ylim(bottom=0)
    shade_beyond(ax, None, picture.rule["target"])
    ax.set_xlabel(UNITS["dose_mg"])
    ax.set_ylabel("mean size of 24 activations")
    add_legend(ax)


def logits(ax: Axes, picture: Picture) -> None:
    """Log-odds of all rows, sorted, with their range."""
    for step, colour, line in STEPS:
        p = np.sort(picture.rows(step))
        ax.plot(np.linspace(0, 100, len(p)), np.log(p / (1 - p)), line, color=colour, linewidth=1.4,
                label=LABELS[step])
    shade_beyond(ax, picture.rule["low"], picture.rule["high"])
    ax.set_xlim(0, 100)
    ax.set_xlabel("applicants, sorted [%]")
    ax.set_ylabel("logit of repayment")
    add_legend(ax)


VIEWS: dict[str, View] = {
    "demographic_parity": by_group, "equal_opportunity": by_group, "equalised_odds": by_group,
    "error_parity": by_group, "covariance_parity": trend, "calibration_within_groups": calibration,
    "counterfactual_fairness": counterfactual, "decision_parity": decisions, "decision_rate": decisions,
    "monotone_pairs": falls, "monotone_derivative": falls, "collocation": falls, "convex_in": bends,
    "curvature_bound": bends, "lipschitz_pairs": steep, "slope_bound": steep, "invariance": mirrored,
    "noised_copies": noisy, "output_range": ranged, "non_negativity": floor, "safety_margin": reference,
    "implication": premise, "logical_rule": together, "conservation": total, "output_order": order,
    "output_budget": mean_bound, "ode_residual": curves, "pde_residual": heat, "motion_energy": energy,
    "motion_cost": plane, "clearance": plane, "score_moment": mean_bound, "quantile_parity": quantiles,
    "quantile_bound": quantiles, "score_distance": distribution, "exposure_parity": exposure,
    "exposure_concentration": shares, "list_similarity": per_list, "top_k_share": per_list,
    "activation_bound": activation_range, "activation_sparsity": activation_sizes, "on_logits": logits,
    "pointwise_rule": tolerated, "differential_rule": binding}
