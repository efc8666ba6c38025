"""The step that places a model of the scene, or one that was just fetched for it."""

from dataclasses import dataclass
from functools import partial

from sessions_app import clock
from sessions_app.assets.errors import AssetUnknownError
from sessions_app.assets.keeping import asset_find, asset_give
from sessions_app.models import Asset, AssetFile, SceneSession
from sessions_app.revisions.stored_steps import StoredStep
from sessions_app.scene.document import Document
from sessions_app.scene.operations.change import Change, change_of
from sessions_app.scene.operations.importing import Imported, PlaceModel, place_model


@dataclass(frozen=True, slots=True)
class ImportStep(StoredStep):
    """Places the asset that `given.upload` names, else a stored file called `name`."""

    given: PlaceModel
    file_id: int = 0
    name: str = ""

    def on(self, scene_session: SceneSession, document: Document, by: str) -> Change:
        del by
        asset = self._asset(scene_session.pk)
        facts = asset.file.facts
        box = [top - low for low, top in zip(facts["min"], facts["max"], strict=True)]
        plain_name = asset.name.rpartition(".")[0] or asset.name
        imported = Imported(asset.public_id, plain_name, box)
        write = partial(place_model, given=self.given, imported=imported)
        return change_of(document, write, now=clock.seconds())

    def _asset(self, scene_session_id: int) -> Asset:
        if self.given.upload:
            return asset_find(scene_session_id, self.given.upload)
        file = AssetFile.objects.filter(pk=self.file_id).first()
        asset = asset_give(scene_session_id, file, self.name) if file else None
        if asset is None:
            raise AssetUnknownError
        return asset
