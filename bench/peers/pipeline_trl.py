"""The whole of one small study with what a Python user would pick: transformers' Trainer and generate, TRL's DPOTrainer. Reads the
data that the toolkit's side left, answers with the seconds of each stage, and leaves the greedy answers for the task's verifier.

usage: pipeline_trl.py DATA.json ANSWERS.json JOB-AS-JSON, in a folder of its own"""

import copy
import json
import logging
import os
import resource
import sys
import time
import warnings

START = time.perf_counter()
warnings.filterwarnings("ignore")
os.environ["WANDB_DISABLED"] = "true"
os.environ["HF_HUB_OFFLINE"] = "1"

import torch  # noqa: E402: the time that it takes to load is part of the first stage
from datasets import Dataset  # noqa: E402
from tokenizers import Tokenizer, models, pre_tokenizers  # noqa: E402
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, Trainer, TrainingArguments  # noqa: E402
from transformers.trainer_utils import set_seed  # noqa: E402
from trl import DPOConfig, DPOTrainer  # noqa: E402

logging.disable(logging.WARNING)

data = json.load(open(sys.argv[1]))
job = json.loads(sys.argv[3])
torch.set_num_threads(job["threads"])
set_seed(job["seed"])
words = data["vocabulary"]  # <pad> and <end> are its first two
end = words.index("<end>")
word_level = Tokenizer(models.WordLevel({word: at for at, word in enumerate(words)}, unk_token="<pad>"))
word_level.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
tokenizer = PreTrainedTokenizerFast(
    tokenizer_object=word_level, pad_token="<pad>", eos_token="<end>", padding_side="left"
)
model = GPT2LMHeadModel(
    GPT2Config(
        vocab_size=len(words), n_positions=data["contextLength"], n_embd=128, n_layer=4, n_head=4,
        resid_pdrop=0, embd_pdrop=0, attn_pdrop=0, bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )
)
seconds = {"start": time.perf_counter() - START}
cpu_seconds = {"start": time.process_time()}


def timed(stage, run):
    began, before = time.perf_counter(), time.process_time()
    result = run()
    seconds[stage], cpu_seconds[stage] = time.perf_counter() - began, time.process_time() - before
    return result


def arguments(kind, training, **more):
    return kind(
        "out", max_steps=training["updates"], per_device_train_batch_size=training["batchSize"],
        learning_rate=training["rate"], lr_scheduler_type="cosine", warmup_steps=20, max_grad_norm=1.0,
        logging_steps=10**6, save_strategy="no", report_to=[], use_cpu=True, disable_tqdm=True, bf16=False, **more,
    )


def rows(examples):
    made = []
    for prompt, completion in examples:
        before, after = tokenizer(prompt)["input_ids"], tokenizer(completion)["input_ids"]
        made.append({"input_ids": before + after, "labels": [-100] * len(before) + after})
    return made


def collate(batch):
    longest = max(len(row["input_ids"]) for row in batch)

    def padded(values, fill):
        return values + [fill] * (longest - len(values))

    return {
        "input_ids": torch.tensor([padded(row["input_ids"], tokenizer.pad_token_id) for row in batch]),
        "labels": torch.tensor([padded(row["labels"], -100) for row in batch]),
        "attention_mask": torch.tensor([padded([1] * len(row["input_ids"]), 0) for row in batch]),
    }


def fit(examples, training):
    asked = arguments(TrainingArguments, training, remove_unused_columns=False)
    model.train()
    Trainer(model, asked, train_dataset=rows(examples), data_collator=collate).train()


@torch.no_grad()
def write(prompts, each, batch, **options):
    """What is written after each prompt, prompts in batches of the fastest size that was tried."""
    model.eval()
    written = []
    for at in range(0, len(prompts), batch):
        asked = tokenizer(prompts[at : at + batch], return_tensors="pt", padding=True)
        room = min(data["maxTokens"], data["contextLength"] - asked["input_ids"].shape[1])
        given = model.generate(
            input_ids=asked["input_ids"], attention_mask=asked["attention_mask"],
            max_new_tokens=room, num_return_sequences=each, **options,
        )
        written += given[:, asked["input_ids"].shape[1] :].tolist()
    return written


def in_words(ids):
    until = ids.index(end) + 1 if end in ids else len(ids)
    return " ".join(words[at] for at in ids[:until] if at != tokenizer.pad_token_id)


def prefer(pairs):
    asked = Dataset.from_list([{"prompt": p + " ", "chosen": c, "rejected": r} for p, c, r in pairs])
    model.save_pretrained("model")
    tokenizer.save_pretrained("model")
    model.config._name_or_path = "model"
    model.name_or_path = "model"
    options = arguments(DPOConfig, job["preference"], beta=0.1, gradient_checkpointing=False)
    DPOTrainer(model, args=options, train_dataset=asked, processing_class=tokenizer).train()


def greedy():
    return [in_words(ids) for ids in write(data["test"], 1, 512, do_sample=False)]


answers = {}
timed("base", lambda: fit(data["lesson"], job["base"]))
timed("sft", lambda: fit(data["examples"], job["sft"]))
supervised = copy.deepcopy(model.state_dict())
timed("rollouts", lambda: write(data["train"], job["samples"], 64, do_sample=True, top_k=0))
timed("values", lambda: write(data["prefixes"], job["prefixSamples"], 102, do_sample=True, top_k=0))
answers["sft"] = timed("greedy", greedy)
timed("dpo", lambda: prefer(data["pairs"]))
answers["dpo"] = greedy()
model.load_state_dict(supervised)
timed("step-dpo", lambda: prefer(data["steps"]))
answers["step-dpo"] = greedy()
json.dump(answers, open(sys.argv[2], "w"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu_seconds, "peakMb": peak}))
