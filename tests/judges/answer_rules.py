"""lm-evaluation-harness's own verdicts on recorded answers, by the files of its wheel: the filters of gsm8k.yaml, hendrycks_math/utils.py.

    python tests/judges/answer_rules.py FOLDER_OF_THE_UNPACKED_WHEEL CASES.json      (lm_eval 0.4.9.1, PyYAML)

CASES.json: [{"format", "text", "solution"}, ...]; prints a list of verdicts a case: {"strict", "flexible"} or {"math"}.
"""
import importlib.util
import json
import re
import sys
import types

import yaml

wheel, cases = sys.argv[1], json.load(open(sys.argv[2]))
settings = yaml.safe_load(open(f"{wheel}/lm_eval/tasks/gsm8k/gsm8k.yaml"))
sys.modules["datasets"] = types.SimpleNamespace(Dataset=object)  # named in a signature alone


def load(path, **given):
    spec = importlib.util.spec_from_file_location("loaded", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


api = types.ModuleType("lm_eval.api.filter")
api.Filter = object
registry = types.ModuleType("lm_eval.api.registry")
registry.register_filter = lambda name: lambda cls: cls
sys.modules.update({"lm_eval": types.ModuleType("lm_eval"), "lm_eval.api": types.ModuleType("lm_eval.api")})
sys.modules.update({"lm_eval.api.filter": api, "lm_eval.api.registry": registry})
extraction = load(f"{wheel}/lm_eval/filters/extraction.py")
maths = load(f"{wheel}/lm_eval/tasks/hendrycks_math/utils.py")

[metric] = settings["metric_list"]


def ignored(text):  # exact_match_hf_evaluate
    for pattern in metric["regexes_to_ignore"]:
        text = re.sub(pattern, "", text)
    return text.lower()


def by_number(filter_, text, solution):
    options = {key: value for key, value in filter_["filter"][0].items() if key != "function"}
    [[given]] = extraction.RegexFilter(**options).apply([[text]], [{}])
    return ignored(given) == ignored(solution)


strict, flexible = settings["filter_list"]
verdicts = []
for case in cases:
    text, solution = case["text"], case["solution"]
    if case["format"] == "math":
        verdicts.append({"math": bool(maths.process_results({"solution": solution}, [text])["exact_match"])})
    else:
        verdicts.append({"strict": by_number(strict, text, solution), "flexible": by_number(flexible, text, solution)})
print(json.dumps(verdicts))
